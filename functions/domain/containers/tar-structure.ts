import type { ByteSource } from './byte-source.ts';
import { FILES, readTarHeader, TAR_BLOCK, WITHOUT_CONTENT } from './tar-header.ts';
import { ambiguous, overLimit } from './unaccounted.ts';

/** A file in a tar: where its bytes are. */
export interface TarMember {
  readonly start: number;
  readonly size: number;
}

export interface TarStructure {
  readonly members: readonly TarMember[];
  /** Whether every header is of the form in which ClamAV reads it; it ends at the first other one. */
  readonly uniform: boolean;
}

const NULS = Buffer.alloc(TAR_BLOCK);
/** A folder of GNU tar's incremental dumps, with a list of names as content: some readers make a file of it. */
const DUMPED_FOLDER = 'D';
/** Long names of GNU, headers of pax: they describe the member that follows. */
const DESCRIPTIONS = new Set(['L', 'K', 'x', 'g', 'X']);
/** An archive is padded to records of 20 blocks; some writers choose larger ones. */
const MAX_PADDING = 1024 * 1024;

/** Keys of pax headers that say how long the content is, or where it has holes. */
const SIZE_KEYS = /^(?:size|GNU\.sparse\..*|SCHILY\.(?:realsize|filetype)|SUN\.holesdata)$/;

/** Lower case, or a capital first, as no magic number of another format is but those of cpio; MP4 has its own in lower case. */
const USUAL_NAME = /^(?!0707)(?:[a-z0-9_./-]|[A-Z][a-z]{2}[a-z0-9_./-])[\w./@+-]*\0/;
const BOX = /^....(?:ftyp|moov|mdat|free|skip|wide|pnot)/;

/** Whether nothing takes these first bytes for those of another format, whose signatures win over the one of tar. */
export function isPlainlyTar(head: Buffer): boolean {
  const text = head.toString('latin1', 0, 101);
  return USUAL_NAME.test(text) && !BOX.test(text);
}

/** An empty file, of which a tar may have any number in front. */
export function emptyTarMember(): Buffer {
  const header = Buffer.alloc(TAR_BLOCK);
  header.write('a', 0);
  header.write('0000644\x000000000\x000000000\x0000000000000\x0000000000000\x00        0', 100, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/**
 * Reads a tar in the way in which all readers agree: known types, plain sizes, nothing after the end but zeros.
 *
 * @throws Unaccounted `ambiguous-archive:<rule>` or `limits-exceeded:files`
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */
export async function readTarStructure(source: ByteSource, maxMembers: number): Promise<TarStructure> {
  const members: TarMember[] = [];
  let position = 0;
  let count = 0;
  let uniform = true;
  for (;;) {
    const header = await source.read(position, position + TAR_BLOCK);
    // Some writers leave the two blocks of zeros out.
    if (header.length === 0) return { members, uniform };
    if (header.length < TAR_BLOCK) throw ambiguous('tar-truncated');
    if (header.equals(NULS)) break;
    const { type, size, usual } = readTarHeader(header);
    uniform &&= usual;
    count += 1;
    if (count > maxMembers) throw overLimit('files');
    const start = position + TAR_BLOCK;
    if (start + size > source.size) throw ambiguous('tar-truncated');
    if (type === DUMPED_FOLDER) uniform = false;
    if (FILES.has(type) || type === DUMPED_FOLDER) members.push({ start, size });
    else if (DESCRIPTIONS.has(type)) await checkDescription(source, type, start, size);
    else if (!WITHOUT_CONTENT.has(type)) throw ambiguous(`tar-type-${printable(type)}`);
    position = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  await onlyZeros(source, position);
  return { members, uniform };
}

/** A pax header may give another size, or make the member sparse. */
async function checkDescription(source: ByteSource, type: string, start: number, size: number): Promise<void> {
  if (size > MAX_PADDING) throw ambiguous('tar-header');
  const bytes = await source.read(start, start + size);
  const isName = type === 'L' || type === 'K';
  const last = bytes.findLastIndex((byte) => byte !== 0);
  if (isName && bytes.subarray(0, last).includes(0)) throw ambiguous('tar-header');
  if (!isName && [...keysOf(bytes)].some((key) => SIZE_KEYS.test(key))) throw ambiguous('tar-pax-size');
}

/** Of `<length> <key>=<value>\n`, one after another, and nothing else. */
function* keysOf(records: Buffer): Iterable<string> {
  for (let at = 0; at < records.length; ) {
    const text = records.toString('latin1', at, at + 1024);
    const record = /^(\d{1,7}) ([^=\n]+)=/.exec(text);
    const key = record?.[2];
    const end = at + Number(record?.[1]);
    // No line ends before the key does, but for the one before it.
    if (key === undefined || end === at || records[end - 1] !== 0x0a) throw ambiguous('tar-header');
    yield key;
    at = end;
  }
}

async function onlyZeros(source: ByteSource, position: number): Promise<void> {
  const rest = source.size - position;
  if (rest > MAX_PADDING) throw ambiguous('tar-suffix');
  const bytes = await source.read(position, source.size);
  if (bytes.some((byte) => byte !== 0)) throw ambiguous('tar-suffix');
}

const printable = (type: string) =>
  /[\x21-\x7e]/.test(type) ? type : `0x${Buffer.from(type, 'latin1').toString('hex')}`;
