import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { readZipStructure } from '../../../../functions/domain/containers/zip-structure.ts';

/* What ordinary writers leave in a zip beside its members, and what looks like it. */
const HELLO = Buffer.from('hello');

interface Parts {
  readonly before?: Buffer;
  /** Between the last member and the directory. */
  readonly gap?: Buffer;
  readonly after?: Buffer;
  readonly comment?: Buffer;
}

/** A zip of two stored members. */
function zip({ before = NONE, gap = NONE, after = NONE, comment = NONE }: Parts = {}): Buffer {
  const local: Buffer[] = [before];
  const central: Buffer[] = [];
  for (const name of ['a.txt', 'b.txt']) {
    const offset = Buffer.concat(local).length;
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt32LE(crc32(HELLO), 14);
    header.writeUInt32LE(HELLO.length, 18);
    header.writeUInt32LE(HELLO.length, 22);
    header.writeUInt16LE(name.length, 26);
    local.push(header, Buffer.from(name), HELLO);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    header.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    central.push(entry, Buffer.from(name));
  }
  const members = Buffer.concat([...local, gap]);
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(2, 8);
  end.writeUInt16LE(2, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(members.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([members, directory, end, comment, after]);
}

const NONE = Buffer.alloc(0);
const read = (bytes: Buffer) => readZipStructure(memorySource(bytes), 100);
const refused = (rule: string) => ({ name: 'Unaccounted', finding: `ambiguous-archive:${rule}` });

describe('behind the end', () => {
  it.each([
    ['the zeros that fill up a pipe', Buffer.alloc(8000)],
    ['the end of a line', Buffer.from('\r\n')],
  ])('%s pass, and are no part of the comment', async (_name, after) => {
    const { members, comment } = await read(zip({ after, comment: Buffer.from('hi') }));
    expect(members).toHaveLength(2);
    expect(comment.toString()).toBe('hi');
  });

  it.each([
    ['any other byte', Buffer.from('\r\nx')],
    ['one behind zeros', Buffer.concat([Buffer.alloc(100), Buffer.from([1])])],
    ['another zip', zip()],
  ])('%s does not', async (_name, after) => {
    await expect(read(zip({ after }))).rejects.toMatchObject({ finding: expect.stringMatching(/zip-(suffix|prefix)/) });
  });

  it('a comment that is cut off does not', async () => {
    const cut = zip({ comment: Buffer.from('hello') }).subarray(0, -1);
    await expect(read(cut)).rejects.toMatchObject(refused('zip-suffix'));
  });
});

/** As Android's tools write it: the size, pairs, the size again, the magic. */
function signatures(content: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(content.length + 24));
  return Buffer.concat([size, content, size, Buffer.from('APK Sig Block 42')]);
}

function emptyRecord(edit: (header: Buffer) => void = () => undefined): Buffer {
  const record = Buffer.alloc(30 + 20);
  record.writeUInt32LE(0x04034b50, 0);
  record.writeUInt16LE(20, 28);
  edit(record);
  return record;
}

describe('an Android package', () => {
  const block = signatures(Buffer.from('certificates'));

  it.each([
    ['directly before the directory', block],
    ['aligned by zeros', Buffer.concat([Buffer.alloc(100), block])],
  ])('has its signatures %s: they are told of, to be scanned', async (_name, gap) => {
    const bytes = zip({ gap });
    const { members, signatures: told } = await read(bytes);
    expect(members).toHaveLength(2);
    expect(bytes.subarray(told.start, told.end)).toEqual(gap);
  });

  it('without signatures has none', async () => {
    const { signatures: told } = await read(zip());
    expect(told.end - told.start).toBe(0);
  });

  it.each([
    ['something before them', Buffer.concat([Buffer.from('x'), block])],
    ['another size at the end', Buffer.concat([block.subarray(0, -24), Buffer.alloc(8), block.subarray(-16)])],
    ['another size at the beginning', Buffer.concat([Buffer.alloc(8, 1), block.subarray(8)])],
    ['no magic number', Buffer.concat([block.subarray(0, -1), Buffer.from('3')])],
    ['a member among them', signatures(zip())],
    ['a directory among them', signatures(Buffer.from('PK\x01\x02'))],
    ['less than they take', Buffer.from('APK Sig Block 42')],
  ])('is refused with %s', async (_name, gap) => {
    await expect(read(zip({ gap }))).rejects.toMatchObject(refused('zip-gap'));
  });

  it('may have empty records where nothing is', async () => {
    const { members } = await read(zip({ before: Buffer.concat([emptyRecord(), emptyRecord()]) }));
    expect(members.map(({ start }) => start)).toEqual([135, 175]);
  });

  it.each<[string, (header: Buffer) => void]>([
    ['a name', (header) => header.writeUInt16LE(1, 26)],
    ['a size', (header) => header.writeUInt32LE(1, 18)],
    ['a checksum', (header) => header.writeUInt32LE(1, 14)],
    ['a method', (header) => header.writeUInt16LE(8, 8)],
    ['a descriptor', (header) => header.writeUInt16LE(8, 6)],
    ['an extra field', (header) => header.writeUInt8(1, 49)],
  ])('is refused when such a record has %s', async (_name, edit) => {
    await expect(read(zip({ before: emptyRecord(edit) }))).rejects.toMatchObject(refused('zip-gap'));
  });
});
