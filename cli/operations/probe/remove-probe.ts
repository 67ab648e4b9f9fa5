import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';

/** What is still there, and why. */
export interface Left {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly why: Error;
}

/** Removes every version and delete marker of the keys that begin so. @throws what listing throws */
export async function removeAll(s3: S3Client, bucket: string, prefix: string): Promise<readonly Left[]> {
  const left: Left[] = [];
  for await (const { Key: key, VersionId: versionId } of versionsOf(s3, bucket, prefix)) {
    await s3
      .send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }))
      .catch((why: Error) => left.push({ bucket, key, versionId, why }));
  }
  return left;
}

async function* versionsOf(s3: S3Client, Bucket: string, Prefix: string) {
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, KeyMarker, VersionIdMarker }));
    for (const { Key = '', VersionId = '' } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      yield { Key, VersionId };
    }
    KeyMarker = page.NextKeyMarker;
    VersionIdMarker = page.NextVersionIdMarker;
  } while (KeyMarker !== undefined);
}
