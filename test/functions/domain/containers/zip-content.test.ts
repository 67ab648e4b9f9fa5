import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ambiguous, overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import { account, bytesOf } from '../../../support/containers/accounting.ts';
import type { FakeExtract } from '../../../support/memory-unpacker.ts';
import { writeTar } from '../../../support/tar-writer.ts';
import { descriptor, extra64, writeZip, type ZipWriterEntry } from '../../../support/zip-writer.ts';

const latin1 = (bytes: Buffer) => bytes.toString('latin1');
/** Nobody opens it. */
const ACE = Buffer.from('xxxxxxx**ACE** content');
/** Content that the engine does not reach through the file: it reads one member of a gzip only. */
const unreached = (content: Buffer) => Buffer.concat([gzipSync(content), gzipSync('')]);
const field = (data: Buffer) => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x7777);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
};
const LARGE: ZipWriterEntry = { local: { size: 0xffffffff, extra: extra64(7) } };

it('is handed over where the engine does not reach it', async () => {
  const zip = writeZip([{ content: 'text' }]);
  expect(await account(zip)).toMatchObject({ findings: [], scanned: [], opened: ['zip-directory'] });
  expect((await account(unreached(zip))).scanned).toEqual([latin1(zip)]);
});

it('has members that are one level deeper', async () => {
  const twice = writeZip([{ content: writeZip([{ content: 'text' }]) }]);
  expect((await account(twice, { depth: 2 })).findings).toEqual([]);
  expect((await account(twice, { depth: 1 })).findings).toEqual(['limits-exceeded:depth']);
});

it('has as many members as files may be', async () => {
  const zip = writeZip([{}, { name: 'b' }]);
  expect((await account(zip, { files: 1 })).findings).toEqual(['limits-exceeded:files']);
});

it('of the size of ZIP64 has members that the engine does not reach', async () => {
  expect(await account(writeZip([LARGE]))).toMatchObject({
    findings: [],
    scanned: ['content'],
    opened: ['zip-directory', 'zip64'],
  });
});

it('has a comment, which is handed over and looked into one level deeper', async () => {
  const zip = (comment: Buffer) => writeZip([{}], { comment });
  expect((await account(zip(Buffer.from('a comment')))).scanned).toEqual(['a comment']);
  expect((await account(zip(ACE))).findings).toEqual(['unsupported-format:ace']);
  expect((await account(zip(ACE), { depth: 1 })).findings).toEqual(['unsupported-format:ace']);
  expect((await account(writeZip([], { comment: ACE }), { depth: 0 })).findings).toEqual(['limits-exceeded:depth']);
});

it('of an Android app has signatures, which are handed over and looked into one level deeper', async () => {
  const signatures = (content: Buffer) => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(content.length + 24));
    return Buffer.concat([size, content, size, Buffer.from('APK Sig Block 42')]);
  };
  const block = signatures(Buffer.from('certificates'));
  expect(await account(writeZip([{}], { gap: block }))).toMatchObject({ findings: [], scanned: [latin1(block)] });
  const hidden = signatures(Buffer.concat([Buffer.from('BZh91AY&SY'), Buffer.alloc(9)]));
  expect((await account(writeZip([{}], { gap: hidden }))).findings).toEqual(['ambiguous-archive:bzip2-behind-content']);
  expect((await account(writeZip([{ content: '' }], { gap: block }), { depth: 0 })).findings).toEqual([
    'limits-exceeded:depth',
  ]);
});

describe('extra fields and comments of members', () => {
  const XZ = Buffer.concat([Buffer.from('\xfd7zXZ\0', 'latin1'), Buffer.alloc(30)]);
  const BEHIND = Buffer.concat([Buffer.from('text '), writeZip([{}])]);
  it.each<[string, ZipWriterEntry]>([
    ['one that begins an archive', { central: { extra: field(XZ) } }],
    ['one in the local header', { local: { extra: field(XZ) } }],
    ['one with an archive in it', { central: { extra: field(BEHIND) } }],
    ['a comment', { central: { comment: XZ } }],
    ['a comment with an archive in it', { central: { comment: BEHIND } }],
    ['what is no field', { local: { extra: XZ } }],
    ['a tar', { central: { comment: writeTar([{}]) } }],
  ])('hold no archive: %s', async (_, entry) => {
    expect(await account(writeZip([{}, { name: 'b', ...entry }]))).toMatchObject({
      findings: ['ambiguous-archive:zip-extra'],
      scanned: [],
    });
  });

  it('hold anything else', async () => {
    const text = Buffer.from('what writers keep beside a member');
    const zip = writeZip([{ local: { extra: field(text) }, central: { extra: field(text), comment: text } }]);
    expect((await account(zip)).findings).toEqual([]);
  });
});

it('unpacks nothing of what says itself that it is too much', async () => {
  let unpacked = 0;
  const instead = {
    inflate: async () => {
      unpacked += 1;
      return bytesOf('');
    },
  };
  const zip = writeZip([{ content: 'x'.repeat(60) }, { name: 'b', content: 'y'.repeat(40) }]);
  expect((await account(zip, { instead, bytes: 100 })).findings).toEqual([]);
  expect(unpacked).toBe(2);
  expect((await account(zip, { instead, bytes: 99 })).findings).toEqual(['limits-exceeded:size']);
  expect(unpacked).toBe(2);
});

describe('with methods that ClamAV does not know', () => {
  const zip = writeZip([{ content: 'text' }, { name: 'b', method: 14 }]);
  const leaf: FakeExtract = () => ({ leaves: [bytesOf('leaf')] });

  it('is opened by 7-Zip as a whole', async () => {
    const given: object[] = [];
    const { findings, scanned, opened } = await account(zip, {
      extract: (bytes, format) => {
        given.push({ whole: bytes.equals(zip), ...format });
        return leaf(bytes, format);
      },
    });
    expect(given).toEqual([{ whole: true, name: 'zip', reader: 'seven-zip', type: 'zip', certain: true }]);
    expect({ findings, scanned, opened }).toEqual({
      findings: [],
      scanned: ['leaf'],
      opened: ['zip-directory', 'zip-method', 'zip'],
    });
  });

  it('is handed over where the engine does not reach it, and one level', async () => {
    expect((await account(unreached(zip), { extract: leaf })).scanned).toEqual([latin1(zip), 'leaf']);
    expect((await account(zip, { extract: leaf, depth: 1 })).findings).toEqual([]);
    expect((await account(zip, { extract: leaf, depth: 0 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('is refused where 7-Zip cannot open it', async () => {
    expect(await account(zip)).toMatchObject({
      findings: ['ambiguous-archive:zip-broken'],
      opened: ['zip-directory', 'zip-method'],
    });
  });

  it('may have bytes behind it that 7-Zip tells of, and no zip more', async () => {
    const behind = (rest: Buffer | string) => account(zip, { extract: () => ({ leaves: [], behind: bytesOf(rest) }) });
    expect(await behind('')).toMatchObject({ findings: [], scanned: [] });
    expect((await behind(writeZip([{}]))).findings).toEqual(['ambiguous-archive:zip-suffix']);
  });
});

describe('what is wrong with one member', () => {
  const two = (first: ZipWriterEntry) => writeZip([first, { name: 'b', content: ACE }]);

  it('keeps nobody from the next', async () => {
    const crc = { crc: 1 };
    expect((await account(two({ local: crc, central: crc }))).findings).toEqual([
      'ambiguous-archive:zip-checksum',
      'unsupported-format:ace',
    ]);
    expect((await account(two({ name: 'META-INF/manifest.xml', content: '<encryption-data/>' }))).findings).toEqual([
      'encrypted',
      'unsupported-format:ace',
    ]);
  });

  it('is that readers may see an end in it', async () => {
    const content = Buffer.concat([Buffer.from('good'), descriptor(Buffer.from('good'), 4), Buffer.from('bad')]);
    const streamed: ZipWriterEntry = {
      content,
      flags: 8,
      local: { crc: 0, size: 0, compressedSize: 0 },
      descriptor: descriptor(content, content.length),
    };
    expect((await account(two(streamed))).findings).toEqual([
      'ambiguous-archive:zip-descriptor',
      'unsupported-format:ace',
    ]);
    expect((await account(two({ content }))).findings).toEqual(['unsupported-format:ace']);
  });

  it('ends the zip if it is a limit, or a fault', async () => {
    const fails = (fault: Error) => account(two({}), { instead: { inflate: () => Promise.reject(fault) } });
    expect((await fails(overLimit('size'))).findings).toEqual(['limits-exceeded:size']);
    expect((await fails(ambiguous('zip-data'))).findings).toEqual(['ambiguous-archive:zip-data']);
    await expect(fails(new Error('no room'))).rejects.toThrow('no room');
  });

  it('does not keep it from being handed over', async () => {
    const fails = { inflate: () => Promise.reject(overLimit('size')) };
    const zip = two({});
    expect((await account(unreached(zip), { instead: fails })).scanned).toContain(latin1(zip));
  });
});
