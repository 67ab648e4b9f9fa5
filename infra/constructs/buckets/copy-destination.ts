import { Annotations, Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type Bucket, BucketEncryption, type CfnBucket, type CfnBucketPolicy, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { DENY_ANNOTATIONS } from '../../../functions/domain/gate/bucket-policy.ts';
import { type DeployedDestination, policyOfDestination } from '../../../functions/domain/gate/deployed-destination.ts';
import { type CopyToConfig, isClosed } from '../../config/on-clean.ts';
import type { AirlockConfig } from '../../config/schema.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { newerThanCfnLint } from '../monitoring/newer-than-cfn-lint.ts';
import { groupOf } from './groups.ts';
import type { NestedStacks } from './nested-stacks.ts';
import type { Copies, ObjectAccess } from './object-access.ts';
import { admitLogsOf, PrivateBucket } from './private-bucket.ts';
import type { S3Annotations } from './s3-annotations.ts';

interface Common {
  readonly accessLogs: IBucket;
  readonly annotations: S3Annotations;
  /** The function that copies. */
  readonly writer: PipelineFunction | undefined;
  /** Holds what the stack makes: the main template would grow with each bucket. */
  readonly nested: NestedStacks;
}

export interface CopyDestinationProps extends Common {
  readonly config: CopyToConfig;
  readonly writer: PipelineFunction;
}

/** A bucket that clean objects of watched buckets are copied to: made here, or existing. */
export class CopyDestination extends Construct {
  readonly bucketArn: string;
  /** undefined: an existing one. */
  readonly made: Bucket | undefined;
  readonly #writer: PipelineFunction;

  constructor(scope: Construct, id: string, props: CopyDestinationProps) {
    super(scope, id);
    const { config, writer } = props;
    const { bucket: bucketName, existing, kmsKeyArn } = config;
    this.#writer = writer;
    this.made = existing ? undefined : this.newBucket(props);
    // As of a watched bucket: what is in a nested stack names it, and does not refer to it.
    this.bucketArn = `arn:${Aws.PARTITION}:s3:::${bucketName}`;
    if (kmsKeyArn !== undefined) this.grantKey(kmsKeyArn);
    const closed = isClosed(config);
    const deployed: DeployedDestination = {
      ...{ bucketName, bucketArn: this.bucketArn, closed, made: !existing, annotations: true },
      ...{ writerRoleArns: [writer.role.roleArn], deleterRoleArns: config.deleterRoleArns },
    };
    if (closed) this.close(deployed, props.annotations);
    const output = { ...deployed, annotations: props.annotations.text };
    new CfnOutput(this, 'Deployed', { description: 'For `airlock`', value: Stack.of(this).toJsonString(output) });
  }

  /** Lets the function copy there what is in one watched bucket. */
  admit(access: ObjectAccess, scope: Construct, copies: Omit<Copies, 'toArn'>): void {
    access.allowCopies(scope, this.#writer.role, { ...copies, toArn: this.bucketArn });
  }

  private newBucket({ config, accessLogs, nested }: CopyDestinationProps): Bucket {
    const { bucket: bucketName, kmsKeyArn } = config;
    const scope = nested.of(groupOf(bucketName));
    const bucket = new PrivateBucket(scope, this.node.id, {
      bucketName,
      versioned: true,
      ...(kmsKeyArn !== undefined && {
        encryption: BucketEncryption.KMS,
        encryptionKey: Key.fromKeyArn(this, 'Key', kmsKeyArn),
        bucketKeyEnabled: true,
      }),
      // The gate denies that too.
      enforceSSL: !isClosed(config),
    });
    // As of a watched bucket: see `admitLogsOf`.
    (bucket.node.defaultChild as CfnBucket).loggingConfiguration = {
      destinationBucketName: accessLogs.bucketName,
      logFilePrefix: `${this.node.id}/`,
    };
    return bucket;
  }

  private grantKey(kmsKeyArn: string): void {
    this.#writer.role.addToPolicy(
      new PolicyStatement({
        // To read the checksum of a copy, too.
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: [kmsKeyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': ['amazonaws.com', Aws.URL_SUFFIX].map((d) => `s3.${Aws.REGION}.${d}`) },
        },
      }),
    );
  }

  private close(destination: DeployedDestination, annotations: S3Annotations): void {
    const { made } = this;
    if (made === undefined) {
      const merge = `npx airlock bucket-policy merge ${destination.bucketName}`;
      Annotations.of(this).addInfo(`others can write to ${destination.bucketName} before \`${merge}\``);
      return;
    }
    const statements = policyOfDestination({ ...destination, bucketArn: made.bucketArn }).Statement;
    for (const statement of statements) {
      const parts =
        statement.Sid === DENY_ANNOTATIONS
          ? annotations.whereTheyExist(statement, made.node.scope as IConstruct)
          : [PolicyStatement.fromJson(statement)];
      for (const part of parts) made.addToResourcePolicy(part);
    }
    // The actions on annotations, which a condition adds.
    newerThanCfnLint(made.policy?.node.defaultChild as CfnBucketPolicy, 'W3037');
  }
}

/** First word of the construct of each bucket, and of its access logs. */
const DESTINATION = 'CopyDestination-';

/** One for each bucket that the configuration names, by name. */
export function createDestinations(
  scope: Construct,
  { config: { buckets }, writer, ...common }: Common & { readonly config: AirlockConfig },
): ReadonlyMap<string, CopyDestination> {
  if (writer === undefined) throw new Error('no function copies');
  const wanted = new Map(buckets.flatMap(({ onClean }) => (onClean ? [[onClean.copyTo.bucket, onClean.copyTo]] : [])));
  const destinations = new Map(
    [...wanted].map(([name, config]) => [
      name,
      new CopyDestination(scope, `${DESTINATION}${name}`, { ...common, writer, config }),
    ]),
  );
  admitLogsOf(
    [...destinations.values()].flatMap(({ made, bucketArn }) => (made === undefined ? [] : bucketArn)),
    common.accessLogs,
    DESTINATION,
  );
  return destinations;
}
