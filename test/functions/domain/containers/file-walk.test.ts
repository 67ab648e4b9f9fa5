import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ambiguous, overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import { account, bytesOf } from '../../../support/containers/accounting.ts';
import type { FakeExtract } from '../../../support/memory-unpacker.ts';
import { writeTar } from '../../../support/tar-writer.ts';
import { writeZip } from '../../../support/zip-writer.ts';

/** Nobody opens it. */
const ACE = Buffer.from('xxxxxxx**ACE** content');
/** Content that the engine does not reach through the file: it reads one member of a gzip only. */
const unreached = (content: Buffer) => Buffer.concat([gzipSync(content), gzipSync('')]);
const latin1 = (bytes: Buffer) => bytes.toString('latin1');
const LZIP = Buffer.from('LZIP\x01');
const lunzip = async () => bytesOf('unpacked');

describe('what nobody opens', () => {
  it('is reported, and handed over where the engine would not reach it', async () => {
    const findings = ['unsupported-format:ace'];
    expect(await account(ACE)).toMatchObject({ findings, scanned: [] });
    expect(await account(gzipSync(ACE))).toMatchObject({ findings, scanned: [] });
    expect(await account(unreached(ACE))).toMatchObject({ findings, scanned: [latin1(ACE)] });
  });

  it('is reported once', async () => {
    const zip = writeZip([{ content: ACE }, { name: 'b', content: ACE }, { name: 'c', content: 'RE~^' }]);
    expect((await account(zip)).findings).toEqual(['unsupported-format:ace', 'unsupported-format:rar-old']);
  });
});

describe('a gzip', () => {
  it('is handed over where the engine does not reach it, and its content only if that has several members', async () => {
    expect((await account(gzipSync('text'))).scanned).toEqual([]);
    expect((await account(unreached(Buffer.from('text')))).scanned).toEqual(['text']);
    const inner = gzipSync('text');
    expect((await account(unreached(inner))).scanned).toEqual([latin1(inner)]);
  });

  it('is one level', async () => {
    const twice = gzipSync(gzipSync('text'));
    expect((await account(twice, { depth: 2 })).findings).toEqual([]);
    expect((await account(twice, { depth: 1 })).findings).toEqual(['limits-exceeded:depth']);
  });
});

describe('an lzip', () => {
  it('is unpacked, and the engine gets both', async () => {
    const { scanned, opened, findings } = await account(LZIP, { instead: { lunzip } });
    expect({ scanned, opened, findings }).toEqual({ scanned: ['unpacked'], opened: ['lzip'], findings: [] });
    expect((await account(unreached(LZIP), { instead: { lunzip } })).scanned).toEqual([latin1(LZIP), 'unpacked']);
  });

  it('is one level', async () => {
    expect((await account(LZIP, { instead: { lunzip }, depth: 1 })).findings).toEqual([]);
    expect((await account(LZIP, { instead: { lunzip }, depth: 0 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('has not been opened where it is broken', async () => {
    const broken = async () => {
      throw ambiguous('lzip-broken');
    };
    const { opened, findings } = await account(LZIP, { instead: { lunzip: broken } });
    expect({ opened, findings }).toEqual({ opened: [], findings: ['ambiguous-archive:lzip-broken'] });
  });
});

describe('a tar', () => {
  it('is handed over where the engine does not reach it', async () => {
    const tar = writeTar([{ content: 'text' }]);
    expect((await account(tar)).scanned).toEqual([]);
    expect((await account(unreached(tar))).scanned).toEqual([latin1(tar)]);
  });

  it('has members that are handed over where the engine would stop before them', async () => {
    const mixed = writeTar([{ content: 'one' }, { name: 'b', magic: '', content: 'two' }]);
    expect((await account(mixed)).scanned).toEqual(['one', 'two']);
  });

  it('that the engine takes for another format is handed over as none of it', async () => {
    const image = writeTar([{ name: 'GIF89a', content: 'text' }]);
    const [copy = '', ...others] = (await account(image)).scanned;
    expect(others).toEqual([]);
    expect(copy.slice(0, 2)).toBe('a\0');
    expect(copy.slice(512)).toBe(latin1(image));
    // Its members are handed over instead.
    const mixed = writeTar([
      { name: 'GIF89a', content: 'one' },
      { name: 'b', magic: '', content: 'two' },
    ]);
    expect((await account(mixed)).scanned).toEqual(['one', 'two']);
  });

  it('is one level', async () => {
    const twice = writeTar([{ content: writeTar([{ content: 'text' }]) }]);
    expect((await account(twice, { depth: 2 })).findings).toEqual([]);
    expect((await account(twice, { depth: 1 })).findings).toEqual(['limits-exceeded:depth']);
  });

  it('has as many members as files may be', async () => {
    const tar = writeTar([{ content: 'one' }, { name: 'b', type: '5' }]);
    expect((await account(tar, { files: 2 })).findings).toEqual([]);
    expect((await account(tar, { files: 1 })).findings).toEqual(['limits-exceeded:files']);
  });
});

describe('of what would be too much for the engine', () => {
  const SEVEN = Buffer.concat([Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), Buffer.alloc(26)]);
  const extract: FakeExtract = () => ({ leaves: [bytesOf('x'.repeat(1001))] });
  const parts = async (file: Buffer) => {
    const { whole, scanned, findings } = await account(file, { extract });
    return { whole, findings, parts: scanned.map((part) => part.slice(0, 9)) };
  };

  it('the engine gets no container, but everything in them', async () => {
    const long = 'x'.repeat(9);
    const members = [{ content: SEVEN }, { name: 'b', content: 'text' }];
    for (const file of [writeZip(members), writeTar(members), unreached(writeTar(members))]) {
      expect(await parts(file)).toMatchObject({ findings: [], parts: [long, 'text'] });
    }
    expect((await parts(writeZip(members))).whole).toBe(false);
    expect(await parts(writeTar([{ name: 'GIF89a', content: SEVEN }]))).toEqual({
      whole: false,
      findings: [],
      parts: [long],
    });
  });
});

describe('images of disks', () => {
  const MAGIC = [
    ['ntfs', 3, 'NTFS    '],
    ['fat', 82, 'FAT32   '],
    ['gpt', 512, 'EFI PART'],
    ['hfs', 1024, 'H+\0\x04'],
    ['apfs', 32, 'NXSB'],
    ['ext', 0x438, '\x53\xef'],
    ['iso', 0x8001, 'CD001'],
  ] as const;
  const image = (magic: readonly (readonly [string, number, string])[]) => {
    const bytes = Buffer.alloc(0x8010);
    for (const [, at, text] of magic) bytes.write(text, at, 'latin1');
    return bytes;
  };
  const extract: FakeExtract = (_, { name }) => ({ leaves: [bytesOf(name)] });

  it('may lie over one another: all are opened, each once', async () => {
    const { findings, scanned } = await account(image(MAGIC), { extract });
    expect(findings).toEqual([]);
    expect(scanned.toSorted()).toEqual(MAGIC.map(([name]) => name).toSorted());
    const udf = await account(image([MAGIC[2], ['udf', 0x8001, 'BEA01']]), { extract });
    expect(udf).toMatchObject({ findings: [], scanned: ['gpt', 'udf'] });
  });

  it('may not lie over anything else', async () => {
    const both = image([['chm', 0, 'ITSF'], ...MAGIC.slice(-1)]);
    expect((await account(both, { extract })).findings).toEqual(['ambiguous-archive:chm-and-iso']);
    const three = image([['vhd', 0, 'conectix'], ...MAGIC.slice(-2)]);
    expect((await account(three, { extract })).findings).toEqual(['ambiguous-archive:vhd-and-iso']);
  });
});

it('opens each format that 7-Zip reads as this format', async () => {
  const given: string[] = [];
  const extract: FakeExtract = (_, { type = '' }) => {
    given.push(type);
    return {};
  };
  for (const magic of ['ITSF', '!<arch>\n', 'xar!', 'BZh91AY&SY']) {
    await account(Buffer.concat([Buffer.from(magic), Buffer.alloc(99)]), { extract });
  }
  expect(given).toEqual(['chm', 'ar', 'xar', 'bzip2']);
});

it('lets others have a turn before each file, and stops when the time is over', async () => {
  let turns = 0;
  const takeTurn = async () => {
    turns += 1;
    if (turns > 2) throw overLimit('time');
  };
  const zip = writeZip([{ content: 'one' }, { name: 'b', content: 'two' }]);
  expect((await account(zip, { instead: { takeTurn } })).findings).toEqual(['limits-exceeded:time']);
});

it('counts files without content', async () => {
  const zip = writeZip([{ content: '' }, { name: 'b', content: '' }]);
  // The zip, its members, its comment and what is before its directory.
  expect((await account(zip, { files: 5 })).findings).toEqual([]);
  expect((await account(zip, { files: 4 })).findings).toEqual(['limits-exceeded:files']);
});

it('passes a fault on, and asks for no second walk', async () => {
  const fault = new Error('no room');
  let restarted = false;
  const instead = {
    gunzip: async () => {
      throw fault;
    },
    restart: async () => {
      restarted = true;
    },
  };
  await expect(account(gzipSync('text'), { instead })).rejects.toBe(fault);
  await expect(account(writeZip([{ content: gzipSync('text') }]), { instead })).rejects.toBe(fault);
  expect(restarted).toBe(false);
});
