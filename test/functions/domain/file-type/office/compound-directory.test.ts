import { describe, expect, it } from '@jest/globals';
import { parseCompoundDirectory } from '../../../../../functions/domain/file-type/office/compound-directory.ts';
import { type DirectoryEntry, directoryEntry } from '../../../../support/file-types/compound-writer.ts';

const parse = (...entries: DirectoryEntry[]) => parseCompoundDirectory(Buffer.concat(entries.map(directoryEntry)));
const root = (child?: number): DirectoryEntry => ({
  name: 'Root Entry',
  type: 5,
  ...(child === undefined ? {} : { child }),
});
const stream = (name: string, over: Partial<DirectoryEntry> = {}): DirectoryEntry => ({ name, type: 2, ...over });
const UNUSED: DirectoryEntry = { name: '', type: 0 };

describe('the directory of a compound file', () => {
  it('tells what is under the root, and what is anywhere', () => {
    const directory = parse(
      { ...root(2), classId: '0609', start: 7, size: 64 },
      stream('a', { start: 3, size: 5000 }),
      { ...stream('Macros', { left: 1, right: 4, child: 3 }), type: 1 },
      stream('VBA'),
      stream('ü'),
    );
    expect(directory?.root).toMatchObject({ start: 7, size: 64, classId: `0609${'0'.repeat(28)}` });
    expect(directory?.top.map(({ name }) => name).toSorted()).toEqual(['Macros', 'a', 'ü']);
    expect(directory?.all.map(({ name }) => name)).toEqual(['Root Entry', 'a', 'Macros', 'VBA', 'ü']);
    expect(directory?.top.find(({ name }) => name === 'a')).toMatchObject({ start: 3, size: 5000 });
  });

  it('may be empty, and hold unused entries', () => {
    expect(parse(root(), UNUSED)).toMatchObject({ top: [], all: [{ name: 'Root Entry' }] });
  });

  it.each([
    ['no entry', []],
    ['no root', [stream('a')]],
    ['an unused root', [UNUSED]],
    ['two roots', [root(), root()]],
    ['an entry outside', [root(5), stream('a')]],
    ['an unused entry in the tree', [root(1), UNUSED]],
    ['the root in the tree', [root(1), stream('a', { left: 0 })]],
    ['an entry that is its own neighbor', [root(1), stream('a', { right: 1 })]],
    ['a circle', [root(1), stream('a', { right: 2 }), stream('b', { left: 1 })]],
    ['one entry twice', [root(1), stream('a', { left: 2, right: 2 }), stream('b')]],
    ['two entries of one name', [root(1), stream('a', { right: 2 }), stream('A')]],
  ] as ReadonlyArray<[string, DirectoryEntry[]]>)('is refused with %s', (_, entries) =>
    expect(parse(...entries)).toBeNull(),
  );

  it.each([0, 1, 3, 66])('is refused with a name of %i bytes', (length) => {
    const bytes = Buffer.concat([root(1), stream('abc')].map(directoryEntry));
    bytes.writeUInt16LE(length, 128 + 64);
    expect(parseCompoundDirectory(bytes)).toBeNull();
  });
});
