import { createHash, randomBytes } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { S3Error } from '../../emulator/s3/errors.ts';
import { BUCKET, type Rescans, startRescans } from '../support/rescans.ts';

/*
 * Objects whose bytes the scanner cannot have. That says nothing about their content, so it never costs them the verdict
 * that they have; see docs/security.md for what it means that rescans do not reach them.
 */
const CLEAN = { 'scan-status': 'CLEAN', 'scan-time': '2026-11-01T00:00:00.000Z', 'scan-definitions': '99' };
const LIMIT = 1_000_000;
const customersKey = randomBytes(32);
const CUSTOMERS_KEY = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: customersKey.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(customersKey).digest('base64'),
};
/** What S3 answers to GetObject, by key; the local server has no KMS and no archive tiers of Intelligent-Tiering. */
const REFUSALS: Record<string, S3Error> = {
  'no-grant.txt': new S3Error(
    403,
    'AccessDenied',
    'User: arn:aws:sts::000000000000:assumed-role/rescan/x is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no resource-based policy allows the kms:Decrypt action',
  ),
  'disabled-key.txt': new S3Error(
    400,
    'KMS.DisabledException',
    'arn:aws:kms:us-east-1:000000000000:key/1 is disabled.',
  ),
  'archive-tier.txt': new S3Error(403, 'InvalidObjectState', "The operation is not valid for the object's access tier"),
};
const KEYS = [...Object.keys(REFUSALS), 'customers-key.txt', 'customers-key-large.bin', 'customers-key-empty.txt'];
const REASONS = { 'no-key-access': 2, archived: 1, 'customer-key': 3 };

let rescans: Rescans;
let refusing: boolean;
beforeEach(async () => {
  refusing = true;
  rescans = await startRescans({
    signatures: new Set(['MALWARE', 'Heuristics.Encrypted.Zip']),
    onRequest: ({ operation, key }) => {
      if (refusing && operation === 'GetObject' && REFUSALS[key] !== undefined) throw REFUSALS[key];
    },
  });
});
afterEach(() => rescans.close());

async function seedOutOfReach(tags: Record<string, string>): Promise<void> {
  const { s3, client } = rescans;
  for (const key of Object.keys(REFUSALS)) await s3.seed(BUCKET, key, 'MALWARE', { tags });
  for (const [Key, Body] of [
    ['customers-key.txt', 'MALWARE'],
    ['customers-key-large.bin', Buffer.alloc(LIMIT + 1)],
    ['customers-key-empty.txt', Buffer.alloc(0)],
  ] as const) {
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...CUSTOMERS_KEY }));
    s3.buckets.setTags(BUCKET, Key, tags);
  }
}

describe('objects out of reach', () => {
  /** In which what was uploaded just now becomes a day old. */
  const window = { from: new Date().toISOString(), to: new Date(Date.now() + 1.5 * 86_400_000).toISOString() };

  it.each([
    ['all', CLEAN],
    ['due', CLEAN],
    ['stale', CLEAN],
    ['unscanned', {}],
  ])('are counted by reason and keep what they are tagged with, under `%s`', async (strategy, tags) => {
    const { s3, rescan, told, tagsOf } = rescans;
    await seedOutOfReach(tags);
    s3.requests.reset();
    const summary = await rescan({ strategy, ...(strategy === 'due' && { window }) });
    expect(summary).toMatchObject({
      status: 'SUCCEEDED',
      listed: 6,
      due: 6,
      scanned: 0,
      failed: 0,
      changed: 0,
      infected: 0,
      bytes: 0,
    });
    expect(summary.skipped).toEqual(REASONS);
    for (const key of KEYS) expect([key, tagsOf(key)]).toEqual([key, tags]);
    expect(s3.requests.count('PutObjectTagging') + s3.requests.count('DeleteObjectTagging')).toBe(0);
    expect(told.map(({ detailType }) => detailType)).toEqual(['Bucket Rescan Completed']);
  });

  it('are scanned like any other once they are within reach', async () => {
    const { rescan, tagsOf } = rescans;
    await seedOutOfReach(CLEAN);
    await rescan();
    refusing = false;
    expect(await rescan()).toMatchObject({ scanned: 3, changed: 3, infected: 3, skipped: { 'customer-key': 3 } });
    for (const key of Object.keys(REFUSALS)) expect(tagsOf(key)).toMatchObject({ 'scan-status': 'INFECTED' });
  });
});

it('content that can be had and not be looked into loses its CLEAN verdict', async () => {
  const { s3, rescan, tagsOf, told } = rescans;
  await s3.seed(BUCKET, 'encrypted.txt', 'Heuristics.Encrypted.Zip', { tags: CLEAN });
  await s3.seed(BUCKET, 'large.bin', Buffer.alloc(LIMIT + 1), { tags: CLEAN });
  expect(await rescan()).toMatchObject({ listed: 2, scanned: 2, changed: 2, infected: 0, failed: 0, skipped: {} });
  for (const [key, finding] of [
    ['encrypted.txt', 'encrypted'],
    ['large.bin', 'too-large'],
  ] as const) {
    expect(tagsOf(key)).toMatchObject({ 'scan-status': 'UNSCANNABLE', 'scan-finding': finding });
    expect(told.find(({ detail }) => detail.key === key)?.detail).toMatchObject({ status: 'UNSCANNABLE', finding });
  }
});
