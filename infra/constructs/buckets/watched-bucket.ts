import { Annotations, Aws, CfnDeletionPolicy, CfnResource, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Bucket,
  type CfnBucket,
  type CfnBucketPolicy,
  HttpMethods,
  type IBucket,
  type CorsRule as S3CorsRule,
} from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct, type IConstruct } from 'constructs';
import { type DialectName, dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { DENY_ANNOTATIONS } from '../../../functions/domain/gate/bucket-policy.ts';
import { cloudFrontStatements } from '../../../functions/domain/gate/cloudfront-readers.ts';
import { type DeployedGate, policyOf } from '../../../functions/domain/gate/deployed-gate.ts';
import type { CorsRule } from '../../config/cors.ts';
import type { WatchedBucketConfig } from '../../config/schema.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { newerThanCfnLint } from '../monitoring/newer-than-cfn-lint.ts';
import { notifyEventBridge } from './existing-bucket.ts';
import type { ObjectAccess } from './object-access.ts';
import { PrivateBucket } from './private-bucket.ts';
import type { S3Annotations } from './s3-annotations.ts';

export interface WatchedBucketProps {
  readonly config: WatchedBucketConfig;
  /** Not created here. */
  readonly given?: IBucket;
  /** In the ids of its constructs. */
  readonly word: string;
  /** The nested stack of its group: a bucket that the stack makes and that has a name goes there, with its gate. */
  readonly nested: Construct;
  /** Collects the permissions on it. */
  readonly access: ObjectAccess;
  /** The functions that work on its objects; only their roles are exempt from the bucket policy. */
  readonly pipeline: readonly PipelineFunction[];
  readonly dialect: DialectName;
  /** The dialect's tag key, if it is configurable. */
  readonly tagKey?: string;
  readonly accessLogs: IBucket;
  readonly annotations: S3Annotations;
  readonly kmsKeyArns: readonly string[];
  readonly logRetentionDays: RetentionDays;
}

/** What a bucket needs, new or existing. */
type AnyBucket = Pick<
  IBucket,
  'bucketName' | 'bucketArn' | 'arnForObjects' | 'policy' | 'addToResourcePolicy' | 'node'
> & { readonly encryptionKey?: IKey | undefined }; // CDK's own types do not know exactOptionalPropertyTypes.

/** A bucket whose uploads are scanned: created here, of the same app, or existing. */
export class WatchedBucket extends Construct {
  readonly bucket: AnyBucket;
  readonly gate: DeployedGate;
  /** Created here. */
  readonly isMade: boolean;
  /** Its policy with the gate; undefined where that is merged by hand. */
  readonly policy: IBucket['policy'];
  readonly #nested: Construct;
  readonly #access: ObjectAccess;

  constructor(scope: Construct, id: string, props: WatchedBucketProps) {
    super(scope, id);
    const { existing, name = '' } = props.config;
    const given = props.given ?? (existing ? Bucket.fromBucketName(this, 'Bucket', name) : undefined);
    if (given !== undefined) notifyEventBridge(this, given, props.logRetentionDays);
    const made = given === undefined ? this.newBucket(props) : undefined;
    // What is in a nested stack is known by its name: a reference would tie both stacks together.
    this.bucket = given ?? (made !== undefined && name === '' ? made : Bucket.fromBucketName(this, 'Named', name));
    this.isMade = made !== undefined;
    this.#nested = props.nested;
    this.#access = props.access;
    refuseOtherPartitions(this, props.config);
    for (const task of props.pipeline) this.grantAccess(task, kmsKeyArnsOf(this.bucket, props.kmsKeyArns));

    if (made !== undefined) admitCloudFront(made, props);
    this.gate = this.gateFor(props);
    const gated: AnyBucket = made ?? this.bucket;
    const { bucketName, bucketArn } = gated;
    const closed = closeGate(gated, { ...this.gate, bucketName, bucketArn }, props.annotations);
    this.policy = closed ? gated.policy : undefined;
    if (!closed) {
      Annotations.of(this).addInfo(
        `nothing protects ${nameOf(this.bucket)} before \`npx airlock bucket-policy merge ${nameOf(this.bucket)}\``,
      );
    }
  }

  /**
   * For functions that list the bucket but read no object.
   * @param objectActions beside that, which the gate does not deny
   */
  grantList(role: IRole, versions = false, objectActions: readonly string[] = []): void {
    const actions = versions ? ['s3:ListBucketVersions'] : ['s3:ListBucket'];
    // As in `grantAccess`: 404 for what is gone.
    if (versions && objectActions.length > 0) actions.unshift('s3:ListBucket');
    this.allow(role, objectActions, actions);
  }

  private newBucket({ config, nested, word, accessLogs }: WatchedBucketProps): Bucket {
    const { name } = config;
    const [scope, id] = name === undefined ? ([this, 'Bucket'] as const) : ([nested, `Bucket-${word}`] as const);
    const bucket = new PrivateBucket(scope, id, {
      ...(name !== undefined && { bucketName: name }),
      versioned: config.versioned ?? true,
      ...(config.cors !== undefined && { cors: config.cors.map(corsRule) }),
      // The gate denies that too.
      enforceSSL: false,
    });
    // `eventBridgeEnabled` would add a custom resource and a function for a single property.
    const resource = bucket.node.defaultChild as CfnBucket;
    // CDK's `serverAccessLogsBucket` adds a statement for each bucket, and a policy has 20 KB: see `admitLogsOf`.
    resource.loggingConfiguration = {
      destinationBucketName: accessLogs.bucketName,
      logFilePrefix: `${this.node.id}/`,
    };
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    return bucket;
  }

  private gateFor({ config, pipeline, dialect, tagKey }: WatchedBucketProps): DeployedGate {
    const rolesThat = (action: string) =>
      pipeline.filter(({ access }) => access.objectActions.includes(action)).map(({ role }) => role.roleArn);
    return {
      bucketName: this.bucket.bucketName,
      bucketArn: this.bucket.bucketArn,
      readerRoleArns: rolesThat('s3:GetObject'),
      taggerRoleArns: rolesThat('s3:PutObjectTagging'),
      dialect,
      ...(tagKey !== undefined && { tagKey }),
      // Those that S3 does not have are left out when they are written into the template.
      annotations: true,
      ...(config.trusted.length > 0 && { trusted: config.trusted }),
    };
  }

  private grantAccess({ role, access }: PipelineFunction, kmsKeyArns: readonly string[]): void {
    const { objectActions, bucketActions = [], readsContent } = access;
    if (objectActions.length === 0) return;
    // Without ListBucket S3 answers 403 instead of 404 for a deleted object, so a deletion would look like a fault.
    this.allow(role, objectActions, ['s3:ListBucket', ...bucketActions]);
    if (!readsContent || kmsKeyArns.length === 0) return;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [...kmsKeyArns],
        // In China, AWS writes services now with one domain and now with the other.
        conditions: {
          StringEquals: { 'kms:ViaService': ['amazonaws.com', Aws.URL_SUFFIX].map((d) => `s3.${Aws.REGION}.${d}`) },
        },
      }),
    );
  }

  private allow(role: IRole, objects: readonly string[], bucket: readonly string[]): void {
    this.#access.allow(this.#nested, role, { bucketArn: this.bucket.bucketArn, objects, bucket });
  }
}

/** Where the region is known. The ARN of a role of another partition is nobody's there. */
function refuseOtherPartitions(scope: Construct, { trusted }: WatchedBucketConfig): void {
  const { region } = Stack.of(scope);
  const { partition } = Token.isUnresolved(region) ? {} : RegionInfo.get(region);
  if (partition === undefined) return;
  for (const arn of trusted.flatMap(({ writerRoleArns }) => writerRoleArns)) {
    const [, other] = arn.split(':');
    if (other !== partition)
      throw new Error(`${scope.node.path}: ${arn} is in the partition ${other}, the stack in ${partition}`);
  }
}

function admitCloudFront(bucket: Bucket, { config, dialect, tagKey }: WatchedBucketProps): void {
  if (config.cloudFront === undefined) return;
  const { cloudFront, trusted } = config;
  for (const each of cloudFrontStatements(bucket.bucketArn, cloudFront, dialectNamed(dialect, tagKey), trusted))
    bucket.addToResourcePolicy(PolicyStatement.fromJson(each));
}

/**
 * A bucket of another stack has its own policy, which this stack would replace.
 * @returns whether the bucket is one of this app
 */
function closeGate(bucket: AnyBucket, gate: DeployedGate, annotations: S3Annotations): boolean {
  const statements = policyOf(gate).Statement.flatMap((statement) =>
    statement.Sid === DENY_ANNOTATIONS
      ? annotations.whereTheyExist(statement, bucket.node.scope as IConstruct)
      : [PolicyStatement.fromJson(statement)],
  );
  const added = statements.map((statement) => bucket.addToResourcePolicy(statement).statementAdded);
  if (added.includes(false) || bucket.policy === undefined) return false;
  // A kept bucket without its policy would hand out what nobody scanned.
  if (isKept(bucket)) bucket.policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
  // The actions on annotations, which a condition adds.
  newerThanCfnLint(bucket.policy.node.defaultChild as CfnBucketPolicy, 'W3037');
  return true;
}

function isKept({ node }: AnyBucket): boolean {
  const { deletionPolicy } = CfnResource.isCfnResource(node.defaultChild as IConstruct)
    ? (node.defaultChild as CfnResource).cfnOptions
    : {};
  return deletionPolicy === CfnDeletionPolicy.RETAIN || deletionPolicy === CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
}

const kmsKeyArnsOf = ({ encryptionKey }: AnyBucket, others: readonly string[]): readonly string[] =>
  encryptionKey === undefined ? others : [...new Set([...others, encryptionKey.keyArn])];

const nameOf = ({ bucketName, node }: AnyBucket): string => (Token.isUnresolved(bucketName) ? node.path : bucketName);

function corsRule({ maxAgeSeconds, allowedMethods, ...rule }: CorsRule): S3CorsRule {
  return { ...rule, allowedMethods: allowedMethods.map((method) => HttpMethods[method]), maxAge: maxAgeSeconds };
}
