import { GetBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { createTwoFilesPatch } from 'diff';
import { BucketPolicy } from '../../functions/domain/gate/merged-policy.ts';

/** @throws Error when it is unreadable, and what the SDK throws */
export async function currentPolicy(s3: S3Client, Bucket: string): Promise<BucketPolicy | undefined> {
  try {
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    return BucketPolicy.parse(JSON.parse(Policy));
  } catch (fault) {
    if ((fault as Error).name === 'NoSuchBucketPolicy') return undefined;
    throw fault;
  }
}

/** A unified diff of two policies. */
export function difference(
  [nameBefore, nameAfter]: readonly [string, string],
  before: BucketPolicy | undefined,
  after: BucketPolicy | undefined,
): string {
  const pretty = (policy: object | undefined) => (policy === undefined ? '' : `${JSON.stringify(policy, null, 2)}\n`);
  return createTwoFilesPatch(nameBefore, nameAfter, pretty(before), pretty(after));
}
