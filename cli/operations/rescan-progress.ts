import { createHash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { progressKey } from '../../functions/domain/rescan/progress-key.ts';
import type { DeployedStack } from './deployed-stack.ts';

/**
 * How far rescans of a bucket and prefix have come, milliseconds; undefined before the first.
 * @throws what the SDK throws
 */
export async function rescanProgress(
  s3: S3Client,
  deployed: DeployedStack,
  bucket: string,
  prefix: string,
): Promise<number | undefined> {
  const Key = progressKey((text) => createHash('sha256').update(text).digest('hex'), bucket, prefix);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: deployed.output('RescanResultsBucketName'), Key }));
    const { to } = JSON.parse((await Body?.transformToString()) ?? '{}') as { to?: string };
    return to === undefined ? undefined : Date.parse(to);
  } catch (fault) {
    if ((fault as Error).name === 'NoSuchKey') return undefined;
    throw fault;
  }
}
