import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ambiguous, overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import { account, bytesOf } from '../../../support/containers/accounting.ts';
import type { FakeExtract } from '../../../support/memory-unpacker.ts';
import { writeZip } from '../../../support/zip-writer.ts';

const latin1 = (bytes: Buffer) => bytes.toString('latin1');
const OLE = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
/** Nobody opens it. */
const ACE = Buffer.from('xxxxxxx**ACE** content');
/** Content that the engine does not reach through the file: it reads one member of a gzip only. */
const unreached = (content: Buffer) => Buffer.concat([gzipSync(content), gzipSync('')]);
const leaf: FakeExtract = () => ({ leaves: [bytesOf('stream')] });

/** A stream in which Office keeps a file, with labels before it. */
function packaged(file: string): Buffer {
  const word = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const body = Buffer.concat([
    Buffer.from('\x02\0label\0path\0\0\0\x03\0'),
    word(0),
    word(file.length),
    Buffer.from(file),
  ]);
  return Buffer.concat([word(body.length), body]);
}

describe('a compound file', () => {
  it('is opened by 7-Zip as one; the engine reaches its streams by itself', async () => {
    const given: object[] = [];
    const { findings, scanned } = await account(OLE, {
      extract: (bytes, format) => {
        given.push({ bytes: bytes.length, ...format });
        return leaf(bytes, format);
      },
    });
    expect(given).toEqual([{ bytes: OLE.length, name: 'ole', reader: 'compound', certain: true, type: 'compound' }]);
    expect({ findings, scanned }).toEqual({ findings: [], scanned: [] });
  });

  it('is handed over where the engine does not reach it', async () => {
    expect((await account(unreached(OLE), { extract: leaf })).scanned).toEqual([latin1(OLE)]);
    // Once, where 7-Zip cannot open it.
    expect((await account(unreached(OLE))).scanned).toEqual([latin1(OLE)]);
  });

  it('has streams that are handed over where the engine is not given the file', async () => {
    const seven = Buffer.concat([Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), Buffer.alloc(26)]);
    const { whole, scanned } = await account(OLE, {
      extract: (_, { name }) => ({
        leaves: name === '7z' ? [bytesOf('x'.repeat(1001))] : [seven, 'text'].map(bytesOf),
      }),
    });
    expect({ whole, scanned }).toEqual({ whole: false, scanned: ['x'.repeat(1001), 'text'] });
  });

  it('has streams that are one level deeper', async () => {
    expect((await account(OLE, { extract: leaf, depth: 1 })).findings).toEqual([]);
    expect((await account(OLE, { extract: leaf, depth: 0 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('has packaged files, which are taken out and handed over', async () => {
    const { findings, scanned } = await account(OLE, {
      extract: () => ({ leaves: [packaged('the file'), packaged(latin1(ACE))].map(bytesOf) }),
    });
    expect({ findings, scanned }).toEqual({ findings: ['unsupported-format:ace'], scanned: ['the file', latin1(ACE)] });
  });

  it('is under a password where its directory says so', async () => {
    const locked = Buffer.alloc(1024);
    OLE.copy(locked, 0, 0, 8);
    locked.write('EncryptedPackage', 512, 'utf16le');
    locked[512 + 66] = 2;
    expect((await account(locked, { extract: leaf })).findings).toEqual(['encrypted']);
    expect((await account(unreached(locked), { extract: leaf })).scanned).toEqual([latin1(locked)]);
  });

  it('is as other content where 7-Zip cannot open it', async () => {
    const zip = writeZip([{ content: 'x' }]);
    const broken = Buffer.concat([OLE, zip, Buffer.from('behind')]);
    expect((await account(broken)).findings).toEqual(['ambiguous-archive:zip-behind-content']);
  });

  it('may be broken as far as 7-Zip says, but has its limits', async () => {
    const found = async (problem: ReturnType<typeof ambiguous>) =>
      (await account(OLE, { extract: () => ({ leaves: [bytesOf(ACE)], problem }) })).findings;
    expect(await found(ambiguous('ole-broken'))).toEqual(['unsupported-format:ace']);
    expect(await found(overLimit('files'))).toEqual(['limits-exceeded:files', 'unsupported-format:ace']);
  });
});

describe('a zip that ends a compound file', () => {
  const GAP = writeZip([{}, { name: 'b', gap: Buffer.from('x') }]);
  const zip = writeZip([{ content: 'x'.repeat(100) }, { name: 'b', content: 'y' }]);
  /** In pieces, as file systems keep it. */
  const torn = Buffer.concat([OLE, zip.subarray(0, 20), Buffer.alloc(7), zip.subarray(20)]);
  const found = async (file: Buffer, streams: Buffer[], more = {}) =>
    (await account(file, { extract: () => ({ leaves: streams.map(bytesOf) }), ...more })).findings;

  it('is visited, one level deeper, and handed over', async () => {
    expect(await found(Buffer.concat([OLE, GAP]), [])).toEqual(['ambiguous-archive:zip-gap']);
    expect(await found(Buffer.concat([OLE, zip]), [], { depth: 2 })).toEqual([]);
    expect(await found(Buffer.concat([OLE, zip]), [], { depth: 0 })).toEqual(['limits-exceeded:depth']);
    expect((await account(Buffer.concat([OLE, zip]), { extract: () => ({}) })).scanned).toEqual([latin1(zip)]);
  });

  it('in pieces is one that was visited as a stream', async () => {
    expect(await found(torn, [zip])).toEqual([]);
    expect(await found(torn, [Buffer.from('other'), Buffer.concat([Buffer.alloc(9), zip])])).toEqual([]);
  });

  it('in pieces is found across the border of what is read at once', async () => {
    const before = Buffer.alloc(1024 * 1024 - zip.length + 30);
    expect(await found(torn, [Buffer.concat([before, zip])])).toEqual([]);
  });

  it('in pieces is refused where no stream holds all of its directory', async () => {
    const refused = ['ambiguous-archive:zip-behind-content'];
    expect(await found(torn, [])).toEqual(refused);
    expect(await found(torn, [writeZip([{}])])).toEqual(refused);
    expect(await found(torn, [zip.subarray(0, -30)])).toContain(refused[0]);
  });

  it('is refused where its offsets count from the beginning of the file', async () => {
    const file = writeZip([{ gap: OLE }]);
    expect(await found(file, [])).toEqual(['ambiguous-archive:zip-behind-content']);
  });
});
