import { Annotations, Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Bucket,
  type CfnBucket,
  type CfnBucketPolicy,
  HttpMethods,
  type IBucket,
  type CorsRule as S3CorsRule,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DialectName } from '../../../functions/domain/dialects/index.ts';
import { type DeployedGate, policyOf } from '../../../functions/domain/gate/deployed-gate.ts';
import type { CorsRule } from '../../config/cors.ts';
import type { WatchedBucketConfig } from '../../config/schema.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { newerThanCfnLint } from '../monitoring/newer-than-cfn-lint.ts';
import { existingBucket } from './existing-bucket.ts';
import type { ObjectAccess } from './object-access.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface WatchedBucketProps {
  readonly config: WatchedBucketConfig;
  /** Its name, or `uploads`. */
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
  readonly kmsKeyArns: readonly string[];
  readonly logRetentionDays: RetentionDays;
}

/** What a bucket needs, new or existing. */
type AnyBucket = Pick<Bucket, 'bucketName' | 'bucketArn' | 'arnForObjects'>;

/** A bucket whose uploads are scanned: created by the stack, or existing. */
export class WatchedBucket extends Construct {
  readonly bucket: AnyBucket;
  readonly gate: DeployedGate;
  /** By the stack. */
  readonly isMade: boolean;
  readonly #nested: Construct;
  readonly #access: ObjectAccess;

  constructor(scope: Construct, id: string, props: WatchedBucketProps) {
    super(scope, id);
    const { existing, name = '' } = props.config;
    const made = existing ? undefined : this.newBucket(props);
    if (existing) this.bucket = existingBucket(this, 'Bucket', name, props.logRetentionDays);
    // What is in a nested stack is known by its name: a reference would tie both stacks together.
    else this.bucket = made !== undefined && name === '' ? made : Bucket.fromBucketName(this, 'Named', name);
    this.#nested = props.nested;
    this.#access = props.access;
    for (const task of props.pipeline) this.grantAccess(task, props.kmsKeyArns);

    this.isMade = made !== undefined;
    this.gate = this.gateFor(props);
    // An existing bucket has its own policy, which a stack would replace.
    if (made !== undefined) closeGate(made, { ...this.gate, bucketName: made.bucketName, bucketArn: made.bucketArn });
    else Annotations.of(this).addInfo(`nothing protects ${name} before \`npx airlock bucket-policy merge ${name}\``);
  }

  /** For functions that list the bucket but access no object. */
  grantList(role: IRole): void {
    this.allow(role, [], ['s3:ListBucket']);
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

  private gateFor({ pipeline, dialect, tagKey }: WatchedBucketProps): DeployedGate {
    const rolesThat = (action: string) =>
      pipeline.filter(({ access }) => access.objectActions.includes(action)).map(({ role }) => role.roleArn);
    return {
      bucketName: this.bucket.bucketName,
      bucketArn: this.bucket.bucketArn,
      readerRoleArns: rolesThat('s3:GetObject'),
      taggerRoleArns: rolesThat('s3:PutObjectTagging'),
      dialect,
      ...(tagKey !== undefined && { tagKey }),
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
        conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.amazonaws.com` } },
      }),
    );
  }

  private allow(role: IRole, objects: readonly string[], bucket: readonly string[]): void {
    this.#access.allow(this.#nested, role, { bucketArn: this.bucket.bucketArn, objects, bucket });
  }
}

function closeGate(bucket: Bucket, gate: DeployedGate): void {
  for (const statement of policyOf(gate).Statement) bucket.addToResourcePolicy(PolicyStatement.fromJson(statement));
  // The actions on annotations.
  newerThanCfnLint(bucket.policy?.node.defaultChild as CfnBucketPolicy, 'W3037');
}

function corsRule({ maxAgeSeconds, allowedMethods, ...rule }: CorsRule): S3CorsRule {
  return { ...rule, allowedMethods: allowedMethods.map((method) => HttpMethods[method]), maxAge: maxAgeSeconds };
}
