import { annotationsDenied, type PolicyDocument } from './bucket-policy.ts';
import { denial, except } from './statement.ts';

export interface DestinationGateProps {
  readonly bucketArn: string;
  /** Roles that copy what is CLEAN there. */
  readonly writerRoleArns: readonly string[];
  /** Roles that may delete there. */
  readonly deleterRoleArns: readonly string[];
  /** Whether S3 has annotations in the bucket's region. */
  readonly annotations: boolean;
}

/** Everything that puts content or tags under a key, or changes them. */
const WRITE = [
  's3:PutObject',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
  's3:DeleteObjectTagging',
  's3:DeleteObjectVersionTagging',
  's3:PutObjectAcl',
  's3:PutObjectVersionAcl',
  's3:ReplicateObject',
  's3:ReplicateTags',
  's3:ReplicateDelete',
];

const DELETE = ['s3:DeleteObject', 's3:DeleteObjectVersion'];

/**
 * The gate of a bucket that clean objects are copied to: nobody but the pipeline writes there, so that whatever it holds
 * was scanned. It only denies: the account's own policies decide who may read.
 */
export function destinationPolicy(props: DestinationGateProps): PolicyDocument {
  const { bucketArn, writerRoleArns, deleterRoleArns, annotations } = props;
  const objects = [`${bucketArn}/*`];
  return {
    Version: '2012-10-17',
    Statement: [
      denial('DenyOtherWriters', WRITE, objects, except(writerRoleArns)),
      denial('DenyOtherDeleters', DELETE, objects, except(deleterRoleArns)),
      ...(annotations ? [annotationsDenied(objects)] : []),
      denial('DenyInsecureTransport', ['s3:*'], [bucketArn, ...objects], { Bool: { 'aws:SecureTransport': 'false' } }),
    ],
  };
}
