import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ambiguous, overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import { account, bytesOf } from '../../../support/containers/accounting.ts';
import { cab } from '../../../support/containers/archives.ts';
import type { FakeExtract } from '../../../support/memory-unpacker.ts';
import { writeZip } from '../../../support/zip-writer.ts';

const latin1 = (bytes: Buffer) => bytes.toString('latin1');
const magic = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(40)]);
const SEVEN = magic('7z\xbc\xaf\x27\x1c');
const CAB = cab('a', Buffer.from('content'));
const ARJ = magic('\x60\xea');
const LZMA = Buffer.concat([Buffer.from('5d00008000ffffffffffffffff00', 'hex'), Buffer.alloc(40)]);
const ZIP = writeZip([{ content: 'x' }]);
/** Refused by what reads it. */
const GAP = writeZip([{}, { name: 'b', gap: Buffer.from('x') }]);
/** Content that the engine does not reach through the file: it reads one member of a gzip only. */
const unreached = (content: Buffer) => Buffer.concat([gzipSync(content), gzipSync('')]);
const opens =
  (more: ReturnType<FakeExtract> = {}): FakeExtract =>
  () => ({ leaves: [bytesOf('leaf')], ...more });
const LARGE = 'x'.repeat(1001);

describe('a container that 7-Zip opens', () => {
  it('is handed over where the engine does not reach it, and each leaf everywhere', async () => {
    expect(await account(CAB, { extract: opens() })).toMatchObject({
      findings: [],
      scanned: ['leaf'],
      opened: ['cab'],
    });
    const { scanned } = await account(unreached(CAB), { extract: opens() });
    expect(scanned).toEqual([latin1(CAB), 'leaf']);
  });

  it('is one level', async () => {
    expect((await account(CAB, { extract: opens(), depth: 1 })).findings).toEqual([]);
    expect((await account(CAB, { extract: opens(), depth: 0 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('counts as opened only without a problem', async () => {
    const problem = ambiguous('cab-broken');
    const findings = ['ambiguous-archive:cab-broken'];
    expect(await account(CAB, { extract: opens({ problem }) })).toMatchObject({
      findings,
      scanned: ['leaf'],
      opened: [],
    });
    expect(await account(CAB, { extract: () => ({ opened: false }) })).toMatchObject({ findings, opened: [] });
  });

  it('is one where its magic number is no proof, if 7-Zip opens it', async () => {
    expect(await account(ARJ, { extract: opens() })).toMatchObject({ findings: [], scanned: ['leaf'] });
    expect(await account(ARJ)).toMatchObject({ findings: [], scanned: [] });
    const problem = ambiguous('arj-broken');
    expect((await account(ARJ, { extract: opens({ problem }) })).findings).toEqual(['ambiguous-archive:arj-broken']);
  });

  it('is under a password if it says so, whatever 7-Zip says', async () => {
    const locked = Buffer.concat([SEVEN.subarray(0, 32), Buffer.from('1706f10701', 'hex')]);
    locked.writeBigUInt64LE(5n, 20);
    expect(await account(locked, { extract: opens() })).toMatchObject({ findings: ['encrypted'], scanned: [] });
  });
});

describe('old LZMA, which has no magic number', () => {
  it('is plain content where 7-Zip finds it broken', async () => {
    const file = Buffer.concat([LZMA, Buffer.from('behind'), ZIP]);
    const extract = opens({ leaves: [], problem: ambiguous('lzma-broken') });
    // As any other content, it may not have an archive behind it.
    const { findings, opened } = await account(file, { extract });
    expect(findings).toEqual(['ambiguous-archive:zip-behind-content']);
    expect(opened).not.toContain('lzma');
    expect((await account(LZMA, { extract })).findings).toEqual([]);
  });

  it('is LZMA where anything else is wrong, or nothing', async () => {
    expect(await account(LZMA, { extract: opens() })).toMatchObject({ findings: [], opened: ['lzma'] });
    const problem = overLimit('memory');
    expect(await account(LZMA, { extract: opens({ problem }) })).toMatchObject({
      findings: ['limits-exceeded:memory'],
      whole: false,
    });
  });
});

describe('the engine is not given what it would unpack in memory', () => {
  it.each([
    ['7z', SEVEN],
    ['rar', magic('Rar!\x1a\x07\x00')],
    ['xz', magic('\xfd7zXZ\0')],
    ['lzma', LZMA],
  ])('if that is too much: %s', async (_, file) => {
    for (const leaves of [[LARGE], ['x'.repeat(500), 'y'.repeat(501)]]) {
      const large = await account(file, { extract: () => ({ leaves: leaves.map(bytesOf) }) });
      expect(large).toMatchObject({ whole: false, scanned: leaves, findings: [] });
    }
    const small = await account(file, { extract: () => ({ leaves: ['x'.repeat(500), 'y'.repeat(500)].map(bytesOf) }) });
    expect(small).toMatchObject({ whole: true });
  });

  it('nor if nobody knows how much it is', async () => {
    expect(await account(SEVEN, { extract: opens({ problem: overLimit('time') }) })).toMatchObject({ whole: false });
    const broken = await account(SEVEN, { extract: opens({ problem: ambiguous('7z-broken') }) });
    expect(broken).toMatchObject({ whole: true });
  });

  it('but what is around it, if the engine does not reach it there', async () => {
    const file = unreached(SEVEN);
    const { whole, scanned } = await account(file, { extract: opens({ leaves: [bytesOf(LARGE)] }) });
    expect({ whole, scanned }).toEqual({ whole: true, scanned: [LARGE] });
  });

  it('and is given anything else, however large', async () => {
    for (const more of [{ leaves: [bytesOf(LARGE)] }, { problem: overLimit('size') }]) {
      expect((await account(CAB, { extract: opens(more) })).whole).toBe(true);
      expect((await account(unreached(CAB), { extract: opens(more) })).scanned).toContain(latin1(CAB));
    }
  });
});

describe('what follows an archive', () => {
  const behind = (rest: Buffer | string) => account(CAB, { extract: opens({ leaves: [], behind: bytesOf(rest) }) });

  it.each<[string, Buffer | string, string[]]>([
    ['nothing', '', []],
    ['zeros', Buffer.alloc(100), []],
    ['many zeros', Buffer.alloc(100_000), []],
    ['a signature', 'signature', ['signature']],
    ['a signature behind zeros', '\0\0signature', ['\0\0signature']],
  ])('is handed over if it is anything: %s', async (_, rest, scanned) => {
    expect(await behind(rest)).toMatchObject({ findings: [], scanned });
  });

  it('is looked at behind zeros, however many', async () => {
    const far = await behind(Buffer.concat([Buffer.alloc(100_000), Buffer.from('far')]));
    expect(far.scanned.map((part) => part.replaceAll('\0', ''))).toEqual(['far']);
  });

  it.each([0, 1, 0x8005, 0x8006, 100_000])('may be no archive: behind %d zeros', async (zeros) => {
    const { findings, scanned } = await behind(Buffer.concat([Buffer.alloc(zeros), ZIP]));
    expect({ findings, scanned }).toEqual({
      findings: ['ambiguous-archive:cab-suffix'],
      scanned: [latin1(ZIP)],
    });
  });

  it('is visited if it is an archive, one level deeper', async () => {
    expect((await behind(GAP)).findings).toEqual(['ambiguous-archive:cab-suffix', 'ambiguous-archive:zip-gap']);
    const { findings } = await account(CAB, { extract: opens({ leaves: [], behind: bytesOf(ZIP) }), depth: 0 });
    expect(findings).toEqual(['ambiguous-archive:cab-suffix', 'limits-exceeded:depth']);
  });

  it('may have no archive within it', async () => {
    const rest = Buffer.concat([Buffer.from('signature'), ZIP]);
    expect(await behind(rest)).toMatchObject({
      findings: ['ambiguous-archive:cab-suffix'],
      scanned: [latin1(rest)],
    });
  });
});

describe('a zip that ends a file', () => {
  const extract = opens({ leaves: [] });

  it('is visited although 7-Zip sees nothing behind the archive', async () => {
    const { findings, scanned } = await account(Buffer.concat([CAB, GAP]), { extract });
    expect({ findings, scanned }).toEqual({ findings: ['ambiguous-archive:zip-gap'], scanned: [latin1(GAP)] });
    expect(await account(Buffer.concat([CAB, ZIP]), { extract })).toMatchObject({ findings: [] });
  });

  it('is one level deeper', async () => {
    const file = Buffer.concat([CAB, ZIP]);
    expect((await account(file, { extract, depth: 2 })).findings).toEqual([]);
    expect((await account(file, { extract, depth: 0 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('is refused where it is all of the file', async () => {
    const file = writeZip([{ gap: CAB }]);
    expect((await account(file, { extract })).findings).toEqual(['ambiguous-archive:zip-behind-content']);
  });
});

describe('zstd', () => {
  const skippable = (content: Buffer) => {
    const head = Buffer.from('502a4d1800000000', 'hex');
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content]);
  };
  /** A frame of nothing. */
  const EMPTY = Buffer.from('28b52ffd0058010000', 'hex');

  it('has frames that decoders skip, which are handed over', async () => {
    const file = Buffer.concat([EMPTY, skippable(Buffer.from('hidden'))]);
    expect(await account(file, { extract: opens() })).toMatchObject({ findings: [], scanned: ['leaf', 'hidden'] });
    const none = opens({ leaves: [] });
    expect((await account(file, { extract: none, depth: 1 })).findings).toEqual([]);
    expect((await account(file, { extract: none, depth: 0 })).findings).toEqual(['limits-exceeded:depth']);
    for (const parts of [
      [EMPTY, skippable(GAP)],
      [skippable(GAP), EMPTY],
    ]) {
      const { findings } = await account(Buffer.concat(parts), { extract: none });
      expect(findings).toEqual(['ambiguous-archive:zip-gap']);
    }
  });

  it('is read so only by its own format', async () => {
    const file = Buffer.concat([CAB, skippable(Buffer.from('hidden'))]);
    expect((await account(file, { extract: opens() })).scanned).toEqual(['leaf']);
    expect((await account('xar!', { extract: opens() })).findings).toEqual([]);
  });
});
