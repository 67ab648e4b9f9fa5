import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../../functions/adapters/process/digest.ts';
import { duplicateId as idOf, type ScannedObject } from '../../../functions/domain/duplicate-id.ts';

const UPLOAD: ScannedObject = {
  scanId: 'arn:1',
  bucket: 'uploads',
  object: { key: 'a/b', size: 1, etag: 'e', 'version-id': 'v', sequencer: '01' },
};
const duplicateId = (scanned: ScannedObject) => idOf(scanned, sha256);
const changed = (object: object): ScannedObject => ({ ...UPLOAD, object: { ...UPLOAD.object, ...object } });

describe('the id to tell duplicates by', () => {
  it('is the same for every execution of an upload', () => {
    expect(duplicateId(UPLOAD)).toMatch(/^[0-9a-f]{64}$/);
    expect(duplicateId({ ...UPLOAD, scanId: 'arn:2' })).toBe(duplicateId(UPLOAD));
    expect(duplicateId(changed({ size: 2, etag: 'another' }))).toBe(duplicateId(UPLOAD));
  });

  it('is the same however an ETag is quoted', () => {
    const [plain, quoted] = ['e', '"e"'].map((etag) => changed({ 'version-id': undefined, etag }));
    expect(duplicateId(plain as ScannedObject)).toBe(duplicateId(quoted as ScannedObject));
  });

  it.each<[string, object]>([
    ['another key', { key: 'a' }],
    ['another version', { 'version-id': 'w' }],
    ['another ETag without versions', { 'version-id': undefined, etag: 'f' }],
    ['the same content uploaded again', { sequencer: '02' }],
  ])('differs for %s', (_, change) => {
    expect(duplicateId(changed(change))).not.toBe(duplicateId(UPLOAD));
  });

  it('differs for every two uploads, whatever their names hold', () => {
    const text = fc.string({ minLength: 1, unit: fc.constantFrom('a', '/', '"', ',', '\n', ']') });
    const upload = fc.record({ bucket: text, key: text, version: text, sequencer: text });
    fc.assert(
      fc.property(upload, upload, (one, two) => {
        const [first, second] = [one, two].map(({ bucket, key, version, sequencer }) =>
          duplicateId({ ...UPLOAD, bucket, object: { key, size: 1, etag: 'e', 'version-id': version, sequencer } }),
        );
        expect(first === second).toBe(JSON.stringify(one) === JSON.stringify(two));
      }),
    );
  });

  it('is that of the scan where there is no sequencer', () => {
    expect(duplicateId(changed({ sequencer: undefined }))).toBe('arn:1');
  });
});
