import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { eicar } from '../../../local/samples.ts';
import { CLEAN, FOREIGN_SOURCE, type WatchedBucket } from './watched-bucket.ts';

type Replace = (bucket: WatchedBucket, who: string, Key: string) => Promise<unknown>;

/** Ways to put content under a key whose content is CLEAN. */
export const REPLACEMENTS: Readonly<Record<string, Replace>> = {
  put: (bucket, who, Key) =>
    bucket.client(who).send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: eicar(), Tagging: 'mine=x' })),
  form: (bucket, who, Key) => bucket.form(who, Key, []),
  parts: (bucket, who, Key) =>
    inParts(bucket, who, Key, async (part) => {
      const { ETag } = await bucket.client(who).send(new UploadPartCommand({ ...part, Body: eicar() }));
      return ETag;
    }),
  'copied parts': (bucket, who, Key) =>
    inParts(bucket, who, Key, async (part) => {
      const copy = new UploadPartCopyCommand({ ...part, CopySource: FOREIGN_SOURCE });
      return (await bucket.client(who).send(copy)).CopyPartResult?.ETag;
    }),
  'copy without tags': (bucket, who, Key) => {
    const CopySource = `${bucket.name}/${CLEAN}`;
    const copy = { Bucket: bucket.name, Key, CopySource, TaggingDirective: 'REPLACE' } as const;
    return bucket.client(who).send(new CopyObjectCommand(copy));
  },
};

interface OnlyPart {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
  readonly PartNumber: 1;
}

async function inParts(
  bucket: WatchedBucket,
  who: string,
  Key: string,
  upload: (part: OnlyPart) => Promise<string | undefined>,
): Promise<void> {
  const [client, target] = [bucket.client(who), { Bucket: bucket.name, Key }];
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const ETag = await upload({ ...target, UploadId, PartNumber: 1 });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
}

/** By a copy within the bucket, which brings the verdict along: nothing is scanned meanwhile. */
export async function putClean(bucket: WatchedBucket, who: string, Key: string): Promise<void> {
  const CopySource = `${bucket.name}/${CLEAN}`;
  await bucket.client(who).send(new CopyObjectCommand({ Bucket: bucket.name, Key, CopySource }));
}
