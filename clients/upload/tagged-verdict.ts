import { GetObjectTaggingCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import { SCAN_STATUSES, type ScanStatus } from '../../functions/domain/verdict.ts';

/** A verdict, and the version that has it. */
export interface TaggedVerdict {
  readonly status: ScanStatus;
  readonly finding: string | null;
  /** Undefined in a bucket without versions. */
  readonly version: string | undefined;
}

/** Without s3:ListBucket S3 answers 403 for what is not there, or was deleted after the verdict. */
const NOT_THERE = new Set(['NoSuchKey', 'AccessDenied', 'MethodNotAllowed']);

/** The verdict on the current version by its tags, which only the pipeline can write; null while there is none. */
export async function taggedVerdict(s3: S3Client, bucket: string, key: string): Promise<TaggedVerdict | null> {
  try {
    const answer = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
    const tags = new Map(answer.TagSet?.map(({ Key, Value }) => [Key, Value]));
    const status = SCAN_STATUSES.find((each) => each === tags.get(airlock.statusTag.key));
    if (status === undefined) return null;
    return { status, finding: tags.get('scan-finding') ?? null, version: answer.VersionId };
  } catch (fault) {
    if (fault instanceof S3ServiceException && NOT_THERE.has(fault.name)) return null;
    throw fault;
  }
}
