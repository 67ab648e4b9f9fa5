import { type OfficeFacts, type StreamBytes, viewOf } from './stream-bytes.ts';

/** Records of the workbook's globals, which begin the stream. */
const RECORD = { beginning: 0x0809, end: 0x0a, sheet: 0x85, password: 0x2f } as const;
/** The type of a sheet in its record: a macro sheet of Excel 4, a module of Excel 5. */
const MACRO_SHEETS = [1, 6];
/** The same, in the record that begins the sheet itself. */
const MACRO_BEGINNINGS = [0x40, 0x06];

const HEADER_BYTES = 4;
const CHUNK_BYTES = 64 * 1024;
/** Ordinary workbooks have some thousands of records in the globals. */
const MAX_RECORDS = 100_000;
const MAX_SHEETS = 1000;

interface Sheet {
  readonly start: number;
  readonly type: number;
}

/**
 * `Workbook` (Excel 97 to 2003) or `Book` (5 and 95); null when its records do not follow each other, or are too many.
 * A sheet must be what its record in the globals says.
 * @see https://learn.microsoft.com/openspecs/office_file_formats/ms-xls sections 2.4.28 and 2.4.21
 */
export async function inspectWorkbook(stream: StreamBytes): Promise<OfficeFacts | null> {
  const globals = await readGlobals(stream);
  if (globals === null) return null;
  if (globals === 'encrypted') return { macros: false, encrypted: true };
  if (globals.some(({ type }) => MACRO_SHEETS.includes(type))) return { macros: true, encrypted: false };
  for (const { start } of globals) {
    const kind = await beginningOf(stream, start);
    if (kind === null) return null;
    if (MACRO_BEGINNINGS.includes(kind)) return { macros: true, encrypted: false };
  }
  return { macros: false, encrypted: false };
}

/** The sheets that the globals list. */
async function readGlobals(stream: StreamBytes): Promise<Sheet[] | 'encrypted' | null> {
  if ((await beginningOf(stream, 0)) === null) return null;
  const peek = inChunks(stream);
  const sheets: Sheet[] = [];
  let at = 0;
  for (let count = 0; count < MAX_RECORDS && sheets.length <= MAX_SHEETS; count += 1) {
    const header = await peek(at, HEADER_BYTES);
    if (header === null) return null;
    const type = viewOf(header).getUint16(0, true);
    const length = viewOf(header).getUint16(2, true);
    if (type === RECORD.end) return sheets;
    if (type === RECORD.password) return 'encrypted';
    if (type === RECORD.sheet) {
      const body = length < 6 ? null : await peek(at + HEADER_BYTES, 6);
      if (body === null) return null;
      sheets.push({ start: viewOf(body).getUint32(0, true), type: body[5] ?? 0 });
    }
    at += HEADER_BYTES + length;
  }
  return null;
}

/** What the substream at this offset is; null when none begins there. */
async function beginningOf(stream: StreamBytes, offset: number): Promise<number | null> {
  const record = await stream.read(offset, HEADER_BYTES + 4);
  if (record.length < HEADER_BYTES + 4) return null;
  const view = viewOf(record);
  return view.getUint16(0, true) === RECORD.beginning ? view.getUint16(6, true) : null;
}

/** Reads that are close to each other are served from one chunk; null where the stream ends before. */
function inChunks(stream: StreamBytes) {
  let start = 0;
  let chunk: Uint8Array = new Uint8Array(0);
  return async (offset: number, length: number): Promise<Uint8Array | null> => {
    if (offset < start || offset + length > start + chunk.length) {
      start = offset;
      chunk = await stream.read(offset, CHUNK_BYTES);
    }
    const bytes = chunk.subarray(offset - start, offset - start + length);
    return bytes.length < length ? null : bytes;
  };
}
