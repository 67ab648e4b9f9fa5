import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  type Decision,
  EXEMPTIONS_KEY,
  type Exemption,
  type ExemptionList,
  inForce,
  readExemptions,
  writeExemptions,
} from '../../../functions/domain/definitions/exemptions.ts';
import { isConflict, isGone } from '../s3-faults.ts';

/** What an exemption is about. */
export type Subject =
  | { readonly kind: 'signature'; readonly name: string }
  | { readonly kind: 'content'; readonly sha256: string };

/** Somebody else may write at the same time. */
const ATTEMPTS = 5;

/** @throws what the SDK throws */
export async function readExemptionFile(
  s3: S3Client,
  bucket: string,
): Promise<ExemptionList & { readonly etag: string | undefined }> {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: EXEMPTIONS_KEY }));
    return { ...readExemptions((await Body?.transformToString()) ?? ''), etag: ETag };
  } catch (fault) {
    if (isGone(fault)) return { exemptions: [], faults: [], etag: undefined };
    throw fault;
  }
}

/**
 * Adds an exemption.
 * @returns false when there is one already
 * @throws Error when the file is broken; what the SDK throws
 */
export function addExemption(s3: S3Client, bucket: string, subject: Subject, made: Decision): Promise<boolean> {
  return changed(s3, bucket, (exemptions) => {
    if (exemptions.some((one) => inForce(one) && isAbout(one, subject))) return undefined;
    return [...exemptions, { ...subject, ...made }];
  });
}

/**
 * Ends an exemption; the file keeps who made and who ended it.
 * @returns false when there is none
 * @throws as `addExemption`
 */
export function removeExemption(s3: S3Client, bucket: string, subject: Subject, made: Decision): Promise<boolean> {
  return changed(s3, bucket, (exemptions) => {
    const ends = (one: Exemption) => inForce(one) && isAbout(one, subject);
    if (!exemptions.some(ends)) return undefined;
    return exemptions.map((one) => (ends(one) ? { ...one, removed: made } : one));
  });
}

/** @param change undefined: nothing is to be changed */
async function changed(
  s3: S3Client,
  bucket: string,
  change: (exemptions: readonly Exemption[]) => readonly Exemption[] | undefined,
): Promise<boolean> {
  for (let left = ATTEMPTS; ; left -= 1) {
    const { exemptions, faults, etag } = await readExemptionFile(s3, bucket);
    // Writing what could be read would lose the rest.
    if (faults.length > 0) {
      throw new Error(`${faults[0]}: correct s3://${bucket}/${EXEMPTIONS_KEY} first. What is broken exempts nothing`);
    }
    const next = change(exemptions);
    if (next === undefined) return false;
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: EXEMPTIONS_KEY,
          Body: writeExemptions(next),
          ContentType: 'application/json',
          ...(etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }),
        }),
      );
      return true;
    } catch (fault) {
      if (!isConflict(fault) || left === 1) throw fault;
    }
  }
}

function isAbout(exemption: Exemption, subject: Subject): boolean {
  return exemption.kind === 'signature'
    ? subject.kind === 'signature' && exemption.name === subject.name
    : subject.kind === 'content' && exemption.sha256 === subject.sha256;
}
