import type { Dialect } from '../dialects/index.ts';
import { type Condition, denial, except, type PolicyStatement, READ, TAG, UNTAG } from './statement.ts';
import type { TrustedPrefix } from './trusted.ts';
import { trustedObjects, trustedStatements } from './trusted-statements.ts';

export interface GateProps {
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Roles that read content before it is CLEAN. */
  readonly readerRoleArns: readonly string[];
  /** Roles that write verdicts. */
  readonly taggerRoleArns: readonly string[];
  readonly dialect: Pick<Dialect, 'statusTag' | 'tagKeys'>;
  /** Whether S3 has annotations in the bucket's region; elsewhere it may refuse a policy that names their actions. */
  readonly annotations: boolean;
  /** No two of them overlap. */
  readonly trusted?: readonly TrustedPrefix[] | undefined;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** S3 refuses a larger bucket policy, bytes of JSON. */
export const MAX_BUCKET_POLICY_BYTES = 20_480;

/** Sid of the only statement that not every region has. */
export const DENY_ANNOTATIONS = 'DenyAnnotations';
/** Sid of the statement that the gate is about. */
export const DENY_UNLESS_CLEAN = 'DenyUnlessClean';

const TORRENT = ['s3:GetObjectTorrent', 's3:GetObjectVersionTorrent'];
const ANNOTATION = ['s3:GetObjectAnnotation', 's3:GetObjectVersionAnnotation'];

/**
 * The gate of a watched bucket. It only denies: the account's own policies decide who may read, write or list.
 * Reason and limits of each statement: docs/security.md.
 */
export function bucketPolicy(props: GateProps): PolicyDocument {
  const { bucketName, bucketArn, readerRoleArns, taggerRoleArns, dialect, annotations, trusted = [] } = props;
  const { key: statusKey, clean } = dialect.statusTag;
  const objects = [`${bucketArn}/*`];
  const deny = (Sid: string, Action: readonly string[], Condition?: Condition, Resource = objects) =>
    denial(Sid, Action, Resource, Condition);
  const unlessTagger = except(taggerRoleArns);
  const unlessClean = deny(DENY_UNLESS_CLEAN, READ, {
    StringNotEquals: { [`s3:ExistingObjectTag/${statusKey}`]: clean },
    ...except(readerRoleArns),
  });

  return {
    Version: '2012-10-17',
    Statement: [
      // A negated operator also matches a missing tag: without a verdict nobody may read.
      trusted.length === 0 ? unlessClean : elsewhere(unlessClean, trustedObjects(bucketArn, trusted)),
      // Separate, because S3 refuses a policy that uses a condition key which one of the actions does not have.
      deny('DenyTorrents', TORRENT),
      ...(annotations ? [annotationsDenied(objects)] : []),
      // Condition key names are case-insensitive: SCAN-STATUS=CLEAN would count as scan-status=CLEAN above.
      deny('DenyForgedVerdict', ['s3:PutObject', ...TAG], {
        'ForAnyValue:StringEqualsIgnoreCase': { 's3:RequestObjectTagKeys': [...dialect.tagKeys] },
        ...unlessTagger,
      }),
      // Looks the key up exactly as DenyUnlessClean does, whatever IAM considers the same name.
      deny('DenyForgedStatus', ['s3:PutObject', ...TAG], {
        Null: { [`s3:RequestObjectTag/${statusKey}`]: 'false' },
        ...unlessTagger,
      }),
      deny('DenyErasedVerdict', [...TAG, ...UNTAG], {
        Null: { [`s3:ExistingObjectTag/${statusKey}`]: 'false' },
        ...unlessTagger,
      }),
      // Tags from replication appear in no condition key.
      deny('DenyReplicatedVerdict', ['s3:ReplicateTags']),
      // Nor do tags that a copy carries along. From this bucket they are correct, since content and verdict come together; from another they are whatever its users wrote. UploadPartCopy carries none and stays allowed.
      deny('DenyCopiedVerdict', ['s3:PutObject'], {
        Null: { 's3:x-amz-copy-source': 'false' },
        StringNotLike: { 's3:x-amz-copy-source': [`${bucketName}/*`, `/${bucketName}/*`] },
        BoolIfExists: { 's3:ObjectCreationOperation': 'true' },
      }),
      deny('DenyInsecureTransport', ['s3:*'], { Bool: { 'aws:SecureTransport': 'false' } }, [bucketArn, ...objects]),
      ...trustedStatements({ bucketArn, readerRoleArns, taggerRoleArns, trusted, statusTag: dialect.statusTag }),
    ],
  };
}

/** Up to 1,000 of 1 MiB per object, added at any time, and nothing scans them. */
export const annotationsDenied = (objects: readonly string[]): PolicyStatement =>
  denial(DENY_ANNOTATIONS, ANNOTATION, objects);

/** The same for every object but these: with `NotResource`, a key that IAM would spell otherwise stays closed. */
function elsewhere({ Resource: _, ...statement }: PolicyStatement, but: readonly string[]): PolicyStatement {
  return { ...statement, NotResource: but };
}
