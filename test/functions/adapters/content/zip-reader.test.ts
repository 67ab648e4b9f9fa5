import { describe, expect, it } from '@jest/globals';
import { ObjectBytes } from '../../../../functions/adapters/content/object-bytes.ts';
import { readZip } from '../../../../functions/adapters/content/zip-reader.ts';
import { zip } from '../../../../local/samples.ts';
import { memoryStore } from '../../../support/memory-store.ts';

const read = (bytes: Buffer) => {
  const { store, reference } = memoryStore(bytes);
  return readZip(new ObjectBytes(store, reference('a.zip')));
};
const types = async (content: string | Buffer, compress = true) =>
  (await read(await zip({ '[Content_Types].xml': content, a: 'a' }, compress)))?.contentTypes;

/** One stored entry, as often in the directory as it takes to make that as long as it is to be. */
function zipOf({ name = '', content = '', localExtra = 0, comment = '', directoryBytes = 0 }): Buffer {
  const local = Buffer.alloc(30);
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt16LE(name.length, 26);
  local.writeUInt16LE(localExtra, 28);
  const before = Buffer.concat([local, Buffer.from(name), Buffer.alloc(localExtra), Buffer.from(content)]);
  const bare = 46 + name.length;
  const directory: Buffer[] = [];
  for (let left = Math.max(directoryBytes, bare); left > 0; ) {
    // What is left for the last one must be an entry, too.
    const filler = Math.min(left - bare, left > 100_000 ? 60_000 : 0xffff);
    const central = Buffer.alloc(bare + filler);
    central.write('PK\x01\x02', 'latin1');
    central.writeUInt32LE(content.length, 20);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(filler, 32);
    central.write(name, 46);
    directory.push(central);
    left -= central.length;
  }
  const length = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(before.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([before, ...directory, end, Buffer.from(comment, 'latin1')]);
}

describe('the entry that tells what a zip is', () => {
  it.each([true, false])('is read, compressed: %s', async (compress) => {
    const content = await read(await zip({ '[content_types].XML': '<Types/>', mimetype: 'text/x' }, compress));
    expect(content).toEqual({
      names: ['[content_types].XML', 'mimetype'],
      complete: true,
      atEnd: true,
      contentTypes: '<Types/>',
      mimetype: 'text/x',
      relationships: [],
    });
  });

  it('is read in whatever encoding XML allows without a declaration', async () => {
    const marked = Buffer.from('\ufeff<Types ü="🎉"/>', 'utf16le');
    expect(await types(marked)).toBe('<Types ü="🎉"/>');
    expect(await types(Buffer.from(marked).swap16())).toBe('<Types ü="🎉"/>');
    expect(await types('<Types ü="🎉"/>')).toBe('<Types ü="🎉"/>');
    expect(await types(Buffer.from('<Types ü/>', 'latin1'))).toBeNull();
  });

  it('is not believed where there are two of it', async () => {
    const twice = await zip({ '[Content_Types].xml': '<a/>', '[content_types].xml': '<b/>', mimetype: 'text/x' });
    expect(await read(twice)).toMatchObject({ contentTypes: null, mimetype: 'text/x' });
  });

  it('is the one of that name, in that case', async () => {
    expect(await read(await zip({ Mimetype: 'text/x', 'a/mimetype': 'text/x' }))).toMatchObject({ mimetype: null });
  });

  it('is not read beyond 128 KiB, nor unpacked beyond 1 MiB', async () => {
    expect(await types(Buffer.alloc(128 * 1024, ' '), false)).toHaveLength(128 * 1024);
    expect(await types(Buffer.alloc(128 * 1024 + 1, ' '), false)).toBeNull();
    expect(await types(Buffer.alloc(1024 * 1024, ' '))).toHaveLength(1024 * 1024);
    expect(await types(Buffer.alloc(1024 * 1024 + 1, ' '))).toBeNull();
  });

  it('is not read where its local header is not', async () => {
    const bytes = await zip({ '[Content_Types].xml': '<Types/>' });
    const other = Buffer.from(bytes);
    other[0] = 0;
    expect((await read(other))?.contentTypes).toBeNull();
    // The directory says it begins where only a few bytes are left.
    const late = Buffer.from(bytes);
    const directory = late.indexOf('PK\x01\x02', 0, 'latin1');
    late.writeUInt32LE(late.length - 29, directory + 42);
    expect((await read(late))?.contentTypes).toBeNull();
  });

  it('is read behind whatever else its local header tells', async () => {
    const extra = 5;
    const whole = zipOf({ name: 'mimetype', content: 'text/x', localExtra: extra });
    expect(await read(whole)).toMatchObject({ mimetype: 'text/x', atEnd: true });
  });

  it('is not read where the object ends before its local header does', async () => {
    for (const left of [0, 3, 4, 29]) {
      const whole = zipOf({ name: 'mimetype', content: 'text/x', comment: 'PK\x03\x04'.padEnd(29).slice(0, left) });
      const at = whole.indexOf('PK\x01\x02', 0, 'latin1');
      whole.writeUInt32LE(whole.length - left, at + 42);
      expect(await read(whole)).toMatchObject({ names: ['mimetype'], mimetype: null });
    }
  });

  it('is not read where its data does not unpack', async () => {
    const bytes = await zip({ '[Content_Types].xml': 'x'.repeat(1000) });
    bytes.fill(0xff, 30 + '[Content_Types].xml'.length, 40 + '[Content_Types].xml'.length);
    expect((await read(bytes))?.contentTypes).toBeNull();
  });
});

it('is null for what ends in no directory', async () => {
  expect(await read(Buffer.from('no zip'))).toBeNull();
  expect(await read(Buffer.alloc(0))).toBeNull();
});

it('tells what a directory of 1 MiB says, and nothing of one that is a byte longer', async () => {
  const MIB = 1024 * 1024;
  expect(await read(zipOf({ name: 'a', content: '', directoryBytes: MIB }))).toMatchObject({ complete: true });
  expect(await read(zipOf({ name: 'a', content: '', directoryBytes: MIB + 1 }))).toMatchObject({
    names: [],
    complete: false,
    atEnd: true,
  });
});

it('has nothing to tell of a directory over 1 MiB, or of one that is none', async () => {
  const names = Array.from({ length: 12_000 }, (_, index) => [`${'n'.repeat(60)}${index}`, 'x'] as const);
  const unread = { names: [], complete: false, contentTypes: null, mimetype: null, relationships: [] };
  expect(await read(await zip(Object.fromEntries(names), false))).toMatchObject(unread);
  const damaged = await zip({ a: 'a', b: 'b' });
  damaged[damaged.lastIndexOf('PK\x01\x02', damaged.length, 'latin1')] = 0;
  expect(await read(damaged)).toMatchObject(unread);
});
