import type { Dialect } from '../dialects/index.ts';

export interface GateProps {
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Roles that read content before it is CLEAN. */
  readonly readerRoleArns: readonly string[];
  /** Roles that write verdicts. */
  readonly taggerRoleArns: readonly string[];
  readonly dialect: Pick<Dialect, 'statusTag' | 'tagKeys'>;
}

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Principal: '*';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** S3 refuses a larger bucket policy, bytes of JSON. */
export const MAX_BUCKET_POLICY_BYTES = 20_480;

const READ = ['s3:GetObject', 's3:GetObjectVersion'];
const TORRENT = ['s3:GetObjectTorrent', 's3:GetObjectVersionTorrent'];
const ANNOTATION = ['s3:GetObjectAnnotation', 's3:GetObjectVersionAnnotation'];
const TAG = ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'];
const UNTAG = ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'];

/**
 * The gate of a watched bucket. It only denies: who may read, write or list stays for the account's own
 * policies to say. Each statement's reason and limits: docs/security.md.
 */
export function bucketPolicy(props: GateProps): PolicyDocument {
  const { bucketName, bucketArn, readerRoleArns, taggerRoleArns, dialect } = props;
  const { key: statusKey, clean } = dialect.statusTag;
  const objects = [`${bucketArn}/*`];
  const deny = (
    Sid: string,
    Action: readonly string[],
    Condition?: Condition,
    Resource = objects,
  ): PolicyStatement => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource,
    ...(Condition !== undefined && { Condition }),
  });
  const unlessTagger = except(taggerRoleArns);

  return {
    Version: '2012-10-17',
    Statement: [
      // A negated operator also matches where the tag is missing: no verdict, no reading.
      deny('DenyUnlessClean', READ, {
        StringNotEquals: { [`s3:ExistingObjectTag/${statusKey}`]: clean },
        ...except(readerRoleArns),
      }),
      // Apart, since S3 refuses a whole policy that asks an action for a condition key which that action does not have.
      deny('DenyTorrents', TORRENT),
      // Up to 1,000 of 1 MiB beside an object, put there at any time, and nothing scans them.
      deny('DenyAnnotations', ANNOTATION),
      // Names of condition keys know no case: SCAN-STATUS=CLEAN would pass for scan-status=CLEAN above.
      deny('DenyForgedVerdict', ['s3:PutObject', ...TAG], {
        'ForAnyValue:StringEqualsIgnoreCase': { 's3:RequestObjectTagKeys': [...dialect.tagKeys] },
        ...unlessTagger,
      }),
      // The key looked up just as DenyUnlessClean looks it up, whatever IAM takes for the same name.
      deny('DenyForgedStatus', ['s3:PutObject', ...TAG], {
        Null: { [`s3:RequestObjectTag/${statusKey}`]: 'false' },
        ...unlessTagger,
      }),
      deny('DenyErasedVerdict', [...TAG, ...UNTAG], {
        Null: { [`s3:ExistingObjectTag/${statusKey}`]: 'false' },
        ...unlessTagger,
      }),
      // Tags that come by replication show in no condition key.
      deny('DenyReplicatedVerdict', ['s3:ReplicateTags']),
      // Nor do those that a copy brings along. From this bucket they are true, content and verdict come together;
      // from any other they are whatever its users wrote. UploadPartCopy brings none and stays allowed.
      deny('DenyCopiedVerdict', ['s3:PutObject'], {
        Null: { 's3:x-amz-copy-source': 'false' },
        StringNotLike: { 's3:x-amz-copy-source': [`${bucketName}/*`, `/${bucketName}/*`] },
        BoolIfExists: { 's3:ObjectCreationOperation': 'true' },
      }),
      deny('DenyInsecureTransport', ['s3:*'], { Bool: { 'aws:SecureTransport': 'false' } }, [bucketArn, ...objects]),
    ],
  };
}

/**
 * `aws:PrincipalArn` is the role's ARN for its every session, and in a condition, unlike in `Principal`, a role
 * need not exist yet. Callers without one (services, anonymous) are not excepted.
 */
function except(roleArns: readonly string[]): Condition {
  return roleArns.length === 0 ? {} : { ArnNotEquals: { 'aws:PrincipalArn': [...roleArns] } };
}
