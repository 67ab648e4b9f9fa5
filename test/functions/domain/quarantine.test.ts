import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  besideOwners,
  MAX_METADATA_BYTES,
  quarantineKey,
  quarantineMetadata,
} from '../../../functions/domain/quarantine.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';

const INFECTED: Verdict = {
  status: 'INFECTED',
  finding: 'Win.Test.EICAR_HDB-1',
  type: 'text/plain',
  definitions: '27000',
  activeContent: [],
  scanTime: '2026-01-01T00:00:00.000Z',
};
const sha256 = () => 'f'.repeat(64);
const key = fc.oneof(fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }), fc.constant('ü'.repeat(512)));
const object = fc.record({
  bucket: fc.constantFrom('abc', 'b'.repeat(63)),
  key,
  size: fc.nat(),
  etag: fc.constant('e'.repeat(32)),
});

describe('quarantineKey', () => {
  it('is made of bucket, key and version, or ETag', () => {
    const original = { bucket: 'uploads', key: 'a//b c.txt', size: 1, etag: 'e1' };
    expect(quarantineKey(original, sha256)).toBe('uploads/a//b c.txt/e1');
    expect(quarantineKey({ ...original, versionId: 'v1' }, sha256)).toBe('uploads/a//b c.txt/v1');
  });

  it('is never too long for a key', () => {
    fc.assert(
      fc.property(object, (original) => {
        expect(Buffer.byteLength(quarantineKey(original, sha256))).toBeLessThanOrEqual(1024);
      }),
    );
    const long = { bucket: 'uploads', key: 'x'.repeat(1024), size: 1, etag: 'e1' };
    expect(quarantineKey(long, sha256)).toBe(`uploads/sha256-${sha256()}/e1`);
  });
});

describe('what a copy says', () => {
  it('gives back any key', () => {
    fc.assert(
      fc.property(object, (original) => {
        const metadata = quarantineMetadata(original, INFECTED);
        expect(Buffer.from(metadata['airlock-key'] ?? '', 'base64url').toString()).toBe(original.key.toWellFormed());
        expect(Object.values(metadata).join('')).toMatch(/^[\x21-\x7e]*$/);
      }),
    );
  });

  it('fits, with the longest of everything, and as much of the owner’s as there is room for', () => {
    const longest = { bucket: 'b'.repeat(63), key: 'k'.repeat(1024), size: 1, etag: `${'e'.repeat(32)}-10000` };
    const verdict = { ...INFECTED, finding: 'é'.repeat(500), definitions: 'd'.repeat(500) };
    const ours = quarantineMetadata({ ...longest, versionId: 'v'.repeat(32) }, verdict);
    const bytes = (metadata: object) => Object.entries(metadata).flat().join('').length;
    expect(bytes(ours)).toBeLessThan(MAX_METADATA_BYTES);
    const both = besideOwners({ huge: 'x'.repeat(1000), author: 'me', 'airlock-status': 'CLEAN' }, ours);
    expect(both).toEqual({ author: 'me', ...ours });
    expect(bytes(both)).toBeLessThan(MAX_METADATA_BYTES);
  });
});
