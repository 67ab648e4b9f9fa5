import { u16, u32 } from '../containers/zip.ts';

/** A stream, or a storage where it has no content. */
export interface CompoundPart {
  /** Names from the root on. */
  readonly path: readonly string[];
  readonly content?: Buffer;
}

export interface CompoundOptions {
  /** Hexadecimal, as stored. */
  readonly classId?: string;
  /** 3 has sectors of 512 bytes, 4 of 4,096. */
  readonly version?: 3 | 4;
}

const NOBODY = 0xffffffff;
const FREE = 0xffffffff;
const END = 0xfffffffe;
const OF_THE_TABLE = 0xfffffffd;
const OF_THE_LIST = 0xfffffffc;
const IN_HEADER = 109;
const SMALL = 4096;
const SMALL_SECTOR = 64;

/** An OLE compound file, laid out as simply as the format allows: each folder's entries are a list to the right. */
export function compoundFile(
  parts: readonly CompoundPart[],
  { classId = '', version = 3 }: CompoundOptions = {},
): Buffer {
  const sector = version === 3 ? 512 : 4096;
  const table: number[] = [];
  const data: Buffer[] = [];
  const store = (bytes: Buffer): number => {
    if (bytes.length === 0) return END;
    const start = table.length;
    const count = Math.ceil(bytes.length / sector);
    for (let index = 1; index <= count; index += 1) table.push(index === count ? END : start + index);
    data.push(bytes, Buffer.alloc(count * sector - bytes.length));
    return start;
  };
  const small = new SmallStreams();
  const starts = parts.map(({ content = Buffer.alloc(0) }) =>
    content.length >= SMALL ? store(content) : small.store(content),
  );
  const smallStart = store(small.data());
  const smallTable = store(padded(u32(...small.table), sector, 0xff));
  const root = { start: smallStart, size: small.data().length, classId };
  const directory = store(padded(directoryOf(parts, starts, root), sector));

  const perSector = sector / 4;
  let [tables, lists] = [0, 0];
  while (table.length + tables + lists > tables * perSector) {
    tables += 1;
    lists = Math.max(0, Math.ceil((tables - IN_HEADER) / (perSector - 1)));
  }
  const firstTable = table.length;
  const firstList = firstTable + tables;
  for (let index = 0; index < tables; index += 1) table.push(OF_THE_TABLE);
  for (let index = 0; index < lists; index += 1) table.push(OF_THE_LIST);
  const tableSectors = Array.from({ length: tables }, (_, index) => firstTable + index);
  const listed = Array.from({ length: lists }, (_, list) => {
    const own = tableSectors.slice(IN_HEADER + list * (perSector - 1)).slice(0, perSector - 1);
    while (own.length < perSector - 1) own.push(FREE);
    return u32(...own, list + 1 < lists ? firstList + list + 1 : END);
  });
  while (table.length < tables * perSector) table.push(FREE);
  const header = Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(16),
    u16(0x3e, version, 0xfffe, version === 3 ? 9 : 12, 6),
    Buffer.alloc(6),
    u32(0, tables, directory, 0, SMALL, smallTable, Math.ceil((small.table.length * 4) / sector)),
    u32(lists === 0 ? END : firstList, lists),
    u32(...Array.from({ length: IN_HEADER }, (_, index) => tableSectors[index] ?? FREE)),
  ]);
  return Buffer.concat([padded(header, sector), ...data, u32(...table), ...listed]);
}

class SmallStreams {
  readonly table: number[] = [];
  readonly #data: Buffer[] = [];

  store(bytes: Buffer): number {
    if (bytes.length === 0) return END;
    const start = this.table.length;
    const count = Math.ceil(bytes.length / SMALL_SECTOR);
    for (let index = 1; index <= count; index += 1) this.table.push(index === count ? END : start + index);
    this.#data.push(bytes, Buffer.alloc(count * SMALL_SECTOR - bytes.length));
    return start;
  }

  data(): Buffer {
    return Buffer.concat(this.#data);
  }
}

function directoryOf(
  parts: readonly CompoundPart[],
  starts: readonly number[],
  root: { start: number; size: number; classId: string },
): Buffer {
  const numbers = new Map(parts.map(({ path }, index) => [path.join('/'), index + 1]));
  const inside = (folder: string) =>
    parts
      .filter(({ path }) => path.slice(0, -1).join('/') === folder)
      .map(({ path }) => numbers.get(path.join('/')) as number);
  const first = (folder: string) => inside(folder)[0] ?? NOBODY;
  const entries = parts.map(({ path, content }, index) => {
    const siblings = inside(path.slice(0, -1).join('/'));
    const right = siblings[siblings.indexOf(index + 1) + 1] ?? NOBODY;
    const name = path.at(-1) ?? '';
    return content === undefined
      ? directoryEntry({ name, type: 1, right, child: first(path.join('/')), start: 0, size: 0 })
      : directoryEntry({ name, type: 2, right, child: NOBODY, start: starts[index] as number, size: content.length });
  });
  const { start, size, classId } = root;
  return Buffer.concat([
    directoryEntry({ name: 'Root Entry', type: 5, right: NOBODY, child: first(''), start, size, classId }),
    ...entries,
  ]);
}

export interface DirectoryEntry {
  readonly name: string;
  readonly type: number;
  readonly left?: number;
  readonly right?: number;
  readonly child?: number;
  readonly classId?: string;
  readonly start?: number;
  readonly size?: number;
}

/** 128 bytes of the directory. */
export function directoryEntry(entry: DirectoryEntry): Buffer {
  const { name, type, left = NOBODY, right = NOBODY, child = NOBODY, classId = '', start = 0, size = 0 } = entry;
  const text = Buffer.from(`${name}\0`, 'utf16le');
  return Buffer.concat([
    padded(text, 64),
    u16(text.length),
    Buffer.from([type, 1]),
    u32(left, right, child),
    padded(Buffer.from(classId, 'hex'), 16),
    Buffer.alloc(20),
    u32(start, size, 0),
  ]);
}

/** Up to the next multiple of `unit`, one at least. */
function padded(bytes: Buffer, unit: number, filler = 0): Buffer {
  const length = Math.max(1, Math.ceil(bytes.length / unit)) * unit;
  return Buffer.concat([bytes, Buffer.alloc(length - bytes.length, filler)]);
}
