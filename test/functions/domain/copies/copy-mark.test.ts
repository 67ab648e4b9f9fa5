import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../../../functions/adapters/process/digest.ts';
import { copyMetadata, isCopyOf } from '../../../../functions/domain/copies/copy-mark.ts';
import type { CleanContent, HeldContent, Proofs } from '../../../../functions/domain/copies/ports.ts';
import { airlock } from '../../../../functions/domain/dialects/airlock.ts';
import { NO_HEADERS } from '../../../../functions/domain/ports.ts';
import { MAX_METADATA_BYTES, metadataBytes } from '../../../../functions/domain/quarantine.ts';

const PORTS = { digest: sha256, dialect: airlock };
const CONTENT: CleanContent = {
  tags: { 'scan-status': 'CLEAN', 'scan-time': '1', owner: 'me' },
  ...{ bucket: 'uploads', key: 'a.txt', size: 11, etag: 'e', lastModified: '2026-01-01T00:00:00.000Z' },
  ...{ headers: NO_HEADERS, metadata: { author: 'me' }, proofs: {}, cacheControl: undefined },
  ...{ contentLanguage: undefined, expires: undefined, storageClass: undefined },
};
const VERSION: CleanContent = { ...CONTENT, versionId: 'v1' };
const heldOf = (content: CleanContent, over: Partial<HeldContent> = {}): HeldContent => ({
  ...{ size: content.size, etag: content.etag, proofs: {}, metadata: copyMetadata(content, PORTS) },
  ...over,
});

describe('the metadata of a copy', () => {
  it('keeps all of the owner’s and stays within what S3 takes', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter((each) => !each.startsWith('airlock-'));
    const owners = fc
      .dictionary(name, fc.string({ unit: 'grapheme-ascii', maxLength: 300 }))
      .filter((each) => metadataBytes(each) <= MAX_METADATA_BYTES);
    fc.assert(
      fc.property(owners, (metadata) => {
        const kept = copyMetadata({ ...VERSION, metadata }, PORTS);
        expect(kept).toMatchObject(metadata);
        expect(metadataBytes(kept)).toBeLessThanOrEqual(MAX_METADATA_BYTES);
      }),
    );
  });

  it('takes nothing of ours from the uploader', () => {
    const metadata = { author: 'me', 'airlock-copy-of': 'forged', 'airlock-restored-by': 'x' };
    expect(copyMetadata({ ...VERSION, metadata }, PORTS)).toEqual(copyMetadata(VERSION, PORTS));
  });
});

describe('a copy', () => {
  it.each<[string, CleanContent]>([
    ['a version', VERSION],
    ['content', CONTENT],
  ])('of %s is known again', (_, content) => {
    expect(isCopyOf(heldOf(content), content, PORTS)).toBe(true);
  });

  it.each<[string, CleanContent, Partial<CleanContent>]>([
    ['another bucket', VERSION, { bucket: 'others' }],
    ['another key', VERSION, { key: 'b.txt' }],
    ['another version', VERSION, { versionId: 'v2' }],
    ['a version of the same content', CONTENT, { versionId: 'v1' }],
    ['other content', CONTENT, { etag: 'f' }],
    ['a later upload of the same content', CONTENT, { lastModified: '2026-01-01T00:00:01.000Z' }],
    ['the same content with other headers', CONTENT, { headers: { ...NO_HEADERS, contentType: 'text/html' } }],
    ['the same content with other tags of its owner', CONTENT, { tags: { 'scan-status': 'CLEAN' } }],
    ['the same content with other metadata', CONTENT, { metadata: {} }],
    ['content of another size', VERSION, { size: 12 }],
  ])('of %s is another', (_, content, other) => {
    expect(isCopyOf(heldOf(content), { ...content, ...other }, PORTS)).toBe(false);
  });

  it('stays one with another verdict of the same meaning, whenever it was reached', () => {
    const tags = { ...CONTENT.tags, 'scan-time': '2' };
    expect(isCopyOf(heldOf(CONTENT), { ...CONTENT, tags }, PORTS)).toBe(true);
  });

  it('of a version stays one whatever S3 says of its time', () => {
    expect(isCopyOf(heldOf(VERSION), { ...VERSION, lastModified: 'another' }, PORTS)).toBe(true);
  });

  it.each<[Proofs, Proofs, boolean]>([
    [{ md5: 'a' }, { md5: 'a' }, true],
    [{ md5: 'a' }, { md5: 'b' }, false],
    [{ md5: 'a' }, {}, true],
    [{ checksum: 'SHA256 a' }, { checksum: 'SHA256 a' }, true],
    [{ checksum: 'SHA256 a' }, { checksum: 'SHA256 b' }, false],
    [{ checksum: 'SHA256 a' }, { checksum: 'CRC32 b' }, true],
    [{ checksum: 'SHA256 a', md5: 'a' }, { checksum: 'SHA256 a', md5: 'b' }, false],
  ])('with %j of an original with %j: %s', (proofs, ofOriginal, same) => {
    expect(isCopyOf(heldOf(VERSION, { proofs }), { ...VERSION, proofs: ofOriginal }, PORTS)).toBe(same);
  });
});
