import { describe, expect, it } from '@jest/globals';
import { type AccountLimits, accountFor } from '../../../../functions/domain/containers/account.ts';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { ambiguous, overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import type { Unpacker } from '../../../../functions/domain/containers/unpacker.ts';
import { cab } from '../../../support/containers/archives.ts';
import { type FakeExtract, memoryUnpacker } from '../../../support/memory-unpacker.ts';
import { writeZip } from '../../../support/zip-writer.ts';

const LIMITS = { files: 300, depth: 17, bytes: 10_000, wholeBytes: 1000 };
const OLE = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
const ZIP = writeZip([{ content: 'x' }]);
/** Refused by what reads it. */
const GAP = writeZip([{}, { name: 'b', gap: Buffer.from('x') }]);
const CAB = cab('a', Buffer.from('content'));
const source = (text: Buffer | string) => memorySource(Buffer.from(text as string));

async function account(
  bytes: Buffer,
  extract?: FakeExtract,
  { instead, ...limits }: Partial<AccountLimits> & { instead?: Partial<Unpacker> } = {},
) {
  const { unpacker, scanned } = memoryUnpacker(extract, instead);
  const { findings } = await accountFor(memorySource(bytes), unpacker, { ...LIMITS, ...limits });
  return { findings, scanned: scanned().map((part) => part.toString('latin1')) };
}
const program = (...parts: readonly (Buffer | string)[]) =>
  Buffer.concat([Buffer.from('MZ'), ...parts.map((part) => Buffer.from(part as string, 'latin1'))]);

describe('a text', () => {
  const text = (content: Buffer, before = 'Content:\n\n') => Buffer.from(`${before}${content.toString('base64')}\n`);

  it('holds containers in base64: each is looked into, and handed over', async () => {
    const zip = writeZip([{ content: 'inside' }]);
    expect(await account(text(zip))).toEqual({ findings: [], scanned: [zip.toString('latin1')] });
    expect(await account(Buffer.concat([text(zip), text(GAP)]))).toMatchObject({
      findings: ['ambiguous-archive:zip-gap'],
    });
  });

  it('goes one level deeper there', async () => {
    expect((await account(text(ZIP), undefined, { depth: 2 })).findings).toEqual([]);
    expect((await account(text(ZIP), undefined, { depth: 1 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('shows no NUL in its first 4,096 bytes', async () => {
    const at = (place: number) => account(text(GAP, `${'x'.repeat(place)}\0${'x'.repeat(5000)}\n`));
    expect((await at(4096)).findings).toEqual(['ambiguous-archive:zip-gap']);
    expect((await at(4095)).findings).toEqual([]);
  });

  it('holds none in fewer than 20 bytes', async () => {
    expect((await account(text(GAP.subarray(0, 20)))).findings).toEqual(['ambiguous-archive:zip-end']);
    expect((await account(text(GAP.subarray(0, 19)))).findings).toEqual([]);
  });

  it('is read until the time is over', async () => {
    const instead = {
      collect: async () => {
        throw overLimit('time');
      },
    };
    expect((await account(text(ZIP), undefined, { instead })).findings).toEqual(['limits-exceeded:time']);
  });
});

describe('a stream of an Office document', () => {
  const office = (stream: Buffer, limits?: Parameters<typeof account>[2]) =>
    account(OLE, () => ({ leaves: [source(stream)] }), limits);

  it('may hold zips: each is looked into, and handed over', async () => {
    const stream = Buffer.concat([Buffer.from('\0theme'), ZIP, Buffer.from('more'), ZIP, Buffer.from('end')]);
    const { findings, scanned } = await office(stream);
    expect(findings).toEqual([]);
    expect(scanned.filter((part) => part === ZIP.toString('latin1'))).toHaveLength(2);
    expect((await office(Buffer.concat([Buffer.from('\0'), ZIP, GAP]))).findings).toEqual([
      'ambiguous-archive:zip-gap',
    ]);
  });

  it('goes one level deeper there', async () => {
    const stream = Buffer.concat([Buffer.from('\0theme'), ZIP]);
    expect((await office(stream, { depth: 3 })).findings).toEqual([]);
    expect((await office(stream, { depth: 2 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('may hold no other archive', async () => {
    for (const stream of [[CAB], [ZIP, CAB], [CAB, ZIP]]) {
      expect((await office(Buffer.concat([Buffer.from('\0theme'), ...stream]))).findings).toEqual([
        'ambiguous-archive:cab-behind-content',
      ]);
    }
  });

  it('is read until the time is over', async () => {
    let turns = 0;
    const instead = {
      async takeTurn() {
        turns += 1;
        if (turns === 3) throw overLimit('time');
      },
    };
    const { findings } = await office(Buffer.concat([Buffer.from('\0theme'), ZIP]), { instead });
    expect(findings).toEqual(['limits-exceeded:time']);
  });
});

describe('an archive in a program', () => {
  const opens =
    (more: object = {}): FakeExtract =>
    () => ({ leaves: [source('leaf')], ...more });

  it('is given to 7-Zip from where it begins, and its contents are handed over', async () => {
    const given: [string, string][] = [];
    const { findings, scanned } = await account(program('code', CAB), (bytes, format) => {
      given.push([bytes.toString('latin1'), `${format.name} ${format.reader} ${format.certain} ${format.type}`]);
      return { leaves: [source('leaf')] };
    });
    expect(given).toEqual([[CAB.toString('latin1'), 'archive seven-zip false undefined']]);
    expect({ findings, scanned }).toEqual({ findings: [], scanned: ['leaf'] });
  });

  it('is one level deeper', async () => {
    expect((await account(program(CAB), opens(), { depth: 1 })).findings).toEqual([]);
    expect((await account(program(CAB), opens(), { depth: 0 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('is reported with what 7-Zip says of it', async () => {
    const problem = ambiguous('archive-broken');
    expect(await account(program(CAB), opens({ problem }))).toEqual({
      findings: ['ambiguous-archive:archive-broken'],
      scanned: ['leaf'],
    });
  });

  it('is reported where 7-Zip cannot open it, whatever it says', async () => {
    const problem = overLimit('time');
    expect(await account(program(CAB), opens({ opened: false, problem }))).toEqual({
      findings: ['ambiguous-archive:cab-behind-content'],
      scanned: ['leaf'],
    });
  });

  it('is reported as encrypted, and the rest of the program is looked at', async () => {
    const seven = Buffer.alloc(64);
    seven.write('7z\xbc\xaf\x27\x1c\0\x04', 'latin1');
    seven.writeBigUInt64LE(5n, 20);
    seven.write('1706f10701', 32, 'hex');
    // What nobody sees who goes by the checksum of the start header only.
    const found = await account(program(withChecksum(seven), CAB), opens());
    expect(found).toEqual({ findings: ['encrypted'], scanned: ['leaf'] });
  });

  it('is looked for behind the end of the one before it', async () => {
    const inner: number[] = [];
    const one: FakeExtract = (bytes) => {
      inner.push(bytes.length);
      return { behind: source(bytes.subarray(2 * CAB.length)) };
    };
    expect((await account(program(CAB, CAB, CAB), one)).findings).toEqual([]);
    expect(inner).toEqual([3 * CAB.length, CAB.length]);
  });

  it('is looked for behind one that is none, and behind one of no length', async () => {
    for (const answer of [{ opened: false }, { leaves: [] as [], behind: null }]) {
      let asked = 0;
      await account(program(CAB, CAB), (bytes) => {
        asked += 1;
        return { opened: answer.behind === null, behind: source(bytes) };
      });
      expect(asked).toBe(2);
    }
  });
});

function withChecksum(seven: Buffer): Buffer {
  const { unpacker } = memoryUnpacker();
  seven.writeUInt32LE(unpacker.crc32(seven.subarray(12, 32)), 8);
  return seven;
}

describe('the constants of a program that knows archives', () => {
  /** As a RAR 5 archive begins, whose checksum is wrong. */
  const CONSTANT = Buffer.from('Rar!\x1a\x07\x01\x00\0\0\0\0\x0a\x01\x05\0\0\0\0\0', 'latin1');

  it('are none where 7-Zip opens none there, however many', async () => {
    const many = Array.from({ length: 10 }, () => CONSTANT);
    expect(await account(program(...many))).toEqual({ findings: [], scanned: [] });
    expect((await account(program(...many, CAB))).findings).toEqual(['ambiguous-archive:cab-behind-content']);
  });

  it('are an archive where 7-Zip opens one', async () => {
    const opened: FakeExtract = async () => ({ leaves: [source('leaf')] });
    expect(await account(program(CONSTANT), opened)).toEqual({ findings: [], scanned: ['leaf'] });
  });

  it('are refused in what is no program', async () => {
    const image = Buffer.concat([Buffer.from('\x89PNG', 'latin1'), CONSTANT]);
    expect((await account(image)).findings).toEqual(['ambiguous-archive:rar-behind-content']);
  });
});
