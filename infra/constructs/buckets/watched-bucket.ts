import { Annotations, Aws, CfnDeletionPolicy, CfnOutput, CfnResource, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
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
import { Construct, type IConstruct } from 'constructs';
import type { DialectName } from '../../../functions/domain/dialects/index.ts';
import { DENY_ANNOTATIONS } from '../../../functions/domain/gate/bucket-policy.ts';
import { type DeployedGate, policyOf } from '../../../functions/domain/gate/deployed-gate.ts';
import type { CorsRule } from '../../config/cors.ts';
import type { WatchedBucketConfig } from '../../config/schema.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { newerThanCfnLint } from '../monitoring/newer-than-cfn-lint.ts';
import { notifyEventBridge } from './existing-bucket.ts';
import { PrivateBucket } from './private-bucket.ts';
import type { S3Annotations } from './s3-annotations.ts';

export interface WatchedBucketProps {
  readonly config: WatchedBucketConfig;
  /** Not created here. */
  readonly given?: IBucket;
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

  constructor(scope: Construct, id: string, props: WatchedBucketProps) {
    super(scope, id);
    const { existing, name = '' } = props.config;
    const given = props.given ?? (existing ? Bucket.fromBucketName(this, 'Bucket', name) : undefined);
    if (given !== undefined) notifyEventBridge(this, given, props.logRetentionDays);
    this.bucket = given ?? this.newBucket(props);
    for (const task of props.pipeline) this.grantAccess(task, kmsKeyArnsOf(this.bucket, props.kmsKeyArns));

    const gate = this.gate(props);
    if (!closeGate(this.bucket, gate, props.annotations)) {
      Annotations.of(this).addInfo(
        `nothing protects ${nameOf(this.bucket)} before \`npx airlock bucket-policy merge\``,
      );
    }
    new CfnOutput(this, 'Gate', {
      description: 'For `airlock bucket-policy`',
      value: Stack.of(this).toJsonString({ ...gate, annotations: props.annotations.text }),
    });
  }

  /** For functions that list the bucket but access no object. */
  grantList(role: IRole): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
  }

  private newBucket({ config, accessLogs }: WatchedBucketProps): Bucket {
    const bucket = new PrivateBucket(this, 'Bucket', {
      ...(config.name !== undefined && { bucketName: config.name }),
      versioned: config.versioned ?? true,
      ...(config.cors !== undefined && { cors: config.cors.map(corsRule) }),
      // The gate denies that too.
      enforceSSL: false,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${this.node.id}/`,
    });
    // `eventBridgeEnabled` would add a custom resource and a function for a single property.
    const resource = bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    return bucket;
  }

  private gate({ pipeline, dialect, tagKey }: WatchedBucketProps): DeployedGate {
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
    };
  }

  private grantAccess({ role, access }: PipelineFunction, kmsKeyArns: readonly string[]): void {
    const { objectActions, bucketActions = [], readsContent } = access;
    if (objectActions.length === 0) return;
    role.addToPolicy(new PolicyStatement({ actions: [...objectActions], resources: [this.bucket.arnForObjects('*')] }));
    // Without it S3 answers 403 instead of 404 for a deleted object, so a deletion would look like a fault.
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:ListBucket', ...bucketActions], resources: [this.bucket.bucketArn] }),
    );
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
}

/**
 * A bucket of another stack has its own policy, which this stack would replace.
 * @returns whether the bucket is one of this app
 */
function closeGate(bucket: AnyBucket, gate: DeployedGate, annotations: S3Annotations): boolean {
  const statements = policyOf(gate).Statement.flatMap((statement) =>
    statement.Sid === DENY_ANNOTATIONS ? annotations.whereTheyExist(statement) : [PolicyStatement.fromJson(statement)],
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
