import type { S3Client } from '@aws-sdk/client-s3';
import { exemptContents } from '../../../functions/domain/definitions/exemptions.ts';
import { readExemptionFile } from '../definitions/exemption-file.ts';
import { currentSet } from '../definitions/published-sets.ts';
import { isDenied } from '../s3-faults.ts';
import type { QuarantinedCopy } from './copies.ts';

/**
 * Whether a scan could only repeat what was found: the scanners' definitions are those that found it, and the content is
 * not exempt. Unknown, which only a scan answers, to a caller who may not read the definitions bucket.
 * @param sha256 of the copy; asked for only if contents are exempt
 * @throws what the SDK throws
 */
export async function isStillRefused(
  s3: S3Client,
  bucket: string,
  { status, definitions }: Pick<QuarantinedCopy, 'status' | 'definitions'>,
  sha256: () => Promise<string>,
): Promise<boolean> {
  if (status !== 'INFECTED') return false;
  try {
    const current = await currentSet(s3, bucket);
    if (current === undefined || current.set.version !== definitions) return false;
    const exempt = exemptContents(await readExemptionFile(s3, bucket)).map((one) => one.sha256);
    return exempt.length === 0 || !exempt.includes(await sha256());
  } catch (fault) {
    if (isDenied(fault)) return false;
    throw fault;
  }
}
