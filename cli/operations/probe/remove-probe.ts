import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import type { Patient } from '../doctor/clients.ts';
import { failure, type Outcome, ok } from '../doctor/finding.ts';

/** What is still there, and why. */
interface Left {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly why: Error;
}

/** Removes every version and delete marker of the keys that begin so. @throws what listing throws */
async function removeAll(s3: S3Client, bucket: string, prefix: string): Promise<readonly Left[]> {
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

/** Everything that was put, also what nobody waited for. */
export async function clearUp(
  { clients: { s3 }, deployed }: Patient,
  bucket: string,
  keys: readonly string[],
  onInfected: ScanPolicy['onInfected'],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const remove = async (from: string, prefix: string, leftBehind: (left: Left) => Outcome) => {
    try {
      outcomes.push(...(await removeAll(s3, from, prefix)).map(leftBehind));
    } catch (fault) {
      outcomes.push(failure(`s3://${from}/${prefix} may still be there: ${(fault as Error).message}`, 'remove it'));
    }
  };
  for (const key of keys) await remove(bucket, key, notRemoved);
  if (onInfected !== 'quarantine') return outcomes;
  const quarantine = deployed.output('QuarantineBucketName');
  for (const key of keys) await remove(quarantine, `${bucket}/${key}/`, inQuarantine);
  return outcomes;
}

const notRemoved = ({ bucket, key, versionId, why }: Left): Outcome =>
  failure(
    `s3://${bucket}/${key} is still there: ${why.message}`,
    `aws s3api delete-object --bucket ${bucket} --key ${key} --version-id ${versionId}`,
  );

const inQuarantine = ({ bucket, key }: Left): Outcome =>
  ok(`EICAR stays in quarantine, s3://${bucket}/${key}: only operatorRoleArns may delete it; it expires there`);
