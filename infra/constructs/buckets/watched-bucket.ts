import { Annotations, Aws, CfnOutput, Stack } from 'aws-cdk-lib';
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
import { DENY_ANNOTATIONS } from '../../../functions/domain/gate/bucket-policy.ts';
import { type DeployedGate, policyOf } from '../../../functions/domain/gate/deployed-gate.ts';
import type { CorsRule } from '../../config/cors.ts';
import type { WatchedBucketConfig } from '../../config/schema.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { newerThanCfnLint } from '../monitoring/newer-than-cfn-lint.ts';
import { existingBucket } from './existing-bucket.ts';
import { PrivateBucket } from './private-bucket.ts';
import type { S3Annotations } from './s3-annotations.ts';

export interface WatchedBucketProps {
  readonly config: WatchedBucketConfig;
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
type AnyBucket = Pick<Bucket, 'bucketName' | 'bucketArn' | 'arnForObjects'>;

/** A bucket whose uploads are scanned: created by the stack, or existing. */
export class WatchedBucket extends Construct {
  readonly bucket: AnyBucket;

  constructor(scope: Construct, id: string, props: WatchedBucketProps) {
    super(scope, id);
    const { existing, name = '' } = props.config;
    this.bucket = existing ? existingBucket(this, 'Bucket', name, props.logRetentionDays) : this.newBucket(props);
    for (const task of props.pipeline) this.grantAccess(task, props.kmsKeyArns);

    const gate = this.gate(props);
    // An existing bucket has its own policy, which a stack would replace.
    if (this.bucket instanceof Bucket) closeGate(this.bucket, gate, props.annotations);
    else Annotations.of(this).addInfo(`nothing protects ${name} before \`npx airlock bucket-policy merge ${name}\``);
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

function closeGate(bucket: Bucket, gate: DeployedGate, annotations: S3Annotations): void {
  for (const statement of policyOf(gate).Statement) {
    const ofAnnotations = statement.Sid === DENY_ANNOTATIONS;
    const written = ofAnnotations ? annotations.whereTheyExist(statement) : [PolicyStatement.fromJson(statement)];
    for (const each of written) bucket.addToResourcePolicy(each);
  }
  // The actions on annotations, which a condition adds.
  newerThanCfnLint(bucket.policy?.node.defaultChild as CfnBucketPolicy, 'W3037');
}

function corsRule({ maxAgeSeconds, allowedMethods, ...rule }: CorsRule): S3CorsRule {
  return { ...rule, allowedMethods: allowedMethods.map((method) => HttpMethods[method]), maxAge: maxAgeSeconds };
}
