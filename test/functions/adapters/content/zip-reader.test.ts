import { describe, expect, it } from '@jest/globals';
import { ObjectBytes } from '../../../../functions/adapters/content/object-bytes.ts';
import { readZip } from '../../../../functions/adapters/content/zip-reader.ts';
import { zip } from '../../../../local/samples.ts';
import {
  contentTypes,
  DOCX,
  type Parts,
  package64,
  packageOf,
  relationships,
} from '../../../support/file-types/open-xml.ts';
import { memoryStore } from '../../../support/memory-store.ts';

const MIB = 1024 * 1024;

const read = (bytes: Buffer) => {
  const { store, reference } = memoryStore(bytes);
  return readZip(new ObjectBytes(store, reference('a.zip')));
};
const TYPES = '<Types><Override PartName="/p" ContentType="a/ü"/></Types>';
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
    const content = await read(await zip({ '[content_types].XML': TYPES, mimetype: 'text/x' }, compress));
    expect(content).toEqual({
      names: ['[content_types].XML', 'mimetype'],
      complete: true,
      atEnd: true,
      contentTypes: { declared: ['a/ü'], parts: new Map([['p', 'a/ü']]) },
      mimetype: 'text/x',
      relationships: [],
    });
  });

  it('is read in whatever encoding XML allows without a declaration', async () => {
    const marked = Buffer.from(`\ufeff${TYPES}`, 'utf16le');
    const understood = { declared: ['a/ü'] };
    expect(await types(marked)).toMatchObject(understood);
    expect(await types(Buffer.from(marked).swap16())).toMatchObject(understood);
    expect(await types(TYPES)).toMatchObject(understood);
    expect(await types(Buffer.from(TYPES, 'latin1'))).toBeNull();
  });

  it('is not believed where there are two of it', async () => {
    const twice = await zip({ '[Content_Types].xml': '<a/>', '[content_types].xml': '<b/>', mimetype: 'text/x' });
    expect(await read(twice)).toMatchObject({ contentTypes: null, mimetype: 'text/x' });
  });

  it('is the one of that name, in that case', async () => {
    expect(await read(await zip({ Mimetype: 'text/x', 'a/mimetype': 'text/x' }))).toMatchObject({ mimetype: null });
  });

  it('is not read beyond 1 MiB, nor unpacked beyond 8 MiB', async () => {
    const padded = (length: number) => Buffer.from(TYPES.padEnd(length - 1));
    expect(padded(MIB)).toHaveLength(MIB);
    expect(await types(padded(MIB), false)).not.toBeNull();
    expect(await types(padded(MIB + 1), false)).toBeNull();
    expect(await types(padded(8 * MIB))).not.toBeNull();
    expect(await types(padded(8 * MIB + 1))).toBeNull();
  });

  it('is read in a document of 30,000 parts', async () => {
    const names = Array.from({ length: 30_000 }, (_, index) => `xl/worksheets/sheet${index}.xml`);
    const parts = names.map((name) => `<Override PartName="/${name}" ContentType="application/xml"/>`);
    const bytes = packageOf({
      '[Content_Types].xml': contentTypes(parts.join('')),
      ...Object.fromEntries(names.map((name) => [name, ''])),
    });
    const { store, reads, reference } = memoryStore(bytes);
    const content = await readZip(new ObjectBytes(store, reference('a.zip')));
    expect(content).toMatchObject({ complete: true, contentTypes: { declared: { length: 30_003 } } });
    expect(reads.length).toBeLessThanOrEqual(4);
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

it('tells what a directory of 4 MiB says, and nothing of one that is a byte longer', async () => {
  expect(await read(zipOf({ name: 'a', content: '', directoryBytes: 4 * MIB }))).toMatchObject({ complete: true });
  expect(await read(zipOf({ name: 'a', content: '', directoryBytes: 4 * MIB + 1 }))).toMatchObject({
    names: [],
    complete: false,
    atEnd: true,
  });
});

it('has nothing to tell of a directory that is none', async () => {
  const unread = { names: [], complete: false, contentTypes: null, mimetype: null, relationships: [] };
  const damaged = await zip({ a: 'a', b: 'b' });
  damaged[damaged.lastIndexOf('PK\x01\x02', damaged.length, 'latin1')] = 0;
  expect(await read(damaged)).toMatchObject(unread);
});

describe('the relationships of the main part', () => {
  const VBA = 'http://schemas.microsoft.com/office/2006/relationships/vbaProject';
  const found = async (parts: Parts, pack = packageOf) => {
    const content = await read(pack({ ...DOCX, ...parts }));
    return content?.complete ? content.relationships : null;
  };
  const rels = relationships([VBA, 'data.bin']);

  it('are read where every writer puts them', async () => {
    expect(await found({})).toEqual([]);
    for (const name of [
      'word/_rels/document.xml.rels',
      'WORD/_RELS/DOCUMENT.XML.RELS',
      'word\\_rels\\document.xml.rels',
    ]) {
      expect([name, await found({ [name]: rels })]).toEqual([name, [VBA]]);
    }
    expect(await found({ 'word/_rels/document.xml.rels': rels }, package64)).toEqual([VBA]);
  });

  it('are read where the content types say that the main part is', async () => {
    const elsewhere = {
      '[Content_Types].xml': contentTypes('', undefined, '/foo/bar.xml'),
      'foo/_rels/bar.xml.rels': rels,
    };
    expect(await found(elsewhere)).toEqual([VBA]);
    expect(await found({ 'foo/_rels/bar.xml.rels': rels })).toEqual([]);
  });

  it('are read where the package says that the main part is, when the content types do not', async () => {
    const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
    const byExtension = {
      '[Content_Types].xml': `<Types><Default Extension="foo" ContentType="${main}"/></Types>`,
      '_rels/.rels': relationships(['officeDocument', '/x/y.foo']),
      'x/_rels/y.foo.rels': rels,
    };
    expect(await found(byExtension)).toEqual([VBA]);
    expect(await found({ ...byExtension, '_rels/.rels': '<broken' })).toEqual([]);
  });

  it('make the package ambiguous when they cannot be read, or are too many', async () => {
    expect(await found({ 'word/_rels/document.xml.rels': '<Relationships>' })).toBeNull();
    expect(await found({ 'word/_rels/document.xml.rels': rels, 'word/_rels/DOCUMENT.xml.rels': rels })).toBeNull();
    const many = [1, 2, 3, 4, 5].map((index) => [`word/_rels/document${index}.xml.rels`, rels]);
    expect(await found(Object.fromEntries(many.slice(1)))).toHaveLength(4);
    expect(await found(Object.fromEntries(many))).toBeNull();
  });
});

it('knows nothing of a zip that takes more than may be read', async () => {
  const filler = 'x'.repeat(1000);
  const large = (name: string): readonly [string, string] => [
    name,
    `<!--${Array.from({ length: 1040 }, (_, n) => filler + n).join('')}-->`,
  ];
  const parts = [1, 2, 3, 4].map((index) => large(`word/_rels/document${index}.xml.rels`));
  const stored = zipOf({ name: 'a', content: '', directoryBytes: 4 * MIB });
  expect((await read(stored))?.complete).toBe(true);
  expect(await read(packageOf({ ...DOCX, ...Object.fromEntries(parts) }, { method: 0 }))).toMatchObject({
    complete: false,
  });
});
