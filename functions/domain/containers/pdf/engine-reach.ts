import type { PdfStream, StreamEnd } from './find-streams.ts';
import { firstFrom } from './index-of-pdf.ts';
import type { PdfFile } from './pdf-file.ts';

/**
 * Which streams ClamAV 1.4 decodes and scans by itself; read in libclamav/pdf.c and pdfdecode.c. Only the plainest are
 * trusted to it. It goes by the first `endobj` and `endstream`, finds names by their text, does not scan images but
 * JPEG, skips every object that a `/URI` refers to, and what follows in the whole file may depend on it.
 */
const MAX_OBJECTS = 10_000;
/** ClamAV inflates pieces of 256 KiB, and may lose what zlib still holds back when the input ends at the edge of one. */
const INFLATED_PIECE = 256 * 1024;
const HELD_BACK = 16 * 1024;
/** A URI that is not given as a string right there. */
const RISKY_URI = /\/(?:U|#55)(?:R|#52)(?:I|#49)(?!\s*[(/])/;
const FILTER_NAMES =
  /\/(?:ASCIIHexDecode|ASCII85Decode|A85|AHx|FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL|CCITTFaxDecode|CCF|JBIG2Decode|DCTDecode|DCT|JPXDecode|Crypt|Standard)(?![A-Za-z0-9])/g;
const CHUNK = 1024 * 1024;

/** Whether nothing in the file keeps ClamAV from getting to its plain streams. */
export async function isPlainPdf(
  file: PdfFile,
  streams: readonly PdfStream[],
  objectStreams: () => Promise<readonly Buffer[]>,
): Promise<boolean> {
  const { index, source } = file;
  if (index.objects.length > MAX_OBJECTS || index.streams.length !== streams.length) return false;
  if (!/^%PDF-1\.\d/.test((await file.bytes(0, 8)).toString('latin1'))) return false;
  if (!streams.every((stream) => stream.object !== null && hasPlainParameters(stream.text))) return false;
  for (let start = 0; start < source.size; start += CHUNK) {
    if (RISKY_URI.test((await source.read(start, start + CHUNK + 64)).toString('latin1'))) return false;
  }
  const contents = await objectStreams();
  if (contents.some((bytes) => RISKY_URI.test(bytes.toString('latin1')))) return false;
  const numbers = streams.map(({ dictionary }) => dictionary.get('N')).filter((value) => typeof value === 'number');
  return numbers.reduce((sum, count) => sum + count, 0) <= MAX_OBJECTS;
}

function hasPlainParameters(text: string): boolean {
  const all = text.match(/\/(?:DecodeParms|DP)(?![A-Za-z0-9])/g)?.length ?? 0;
  const plain = text.match(/\/(?:DecodeParms|DP)\s*<<(?:(?!\d\s+R)[^<>()[\]#%])*>>/g)?.length ?? 0;
  return all === plain;
}

export type PlainKind = 'stored' | 'flate' | 'jpeg';

/** How ClamAV takes the stream, in a file that is plain; null where that is not certain. */
export async function plainKind(file: PdfFile, stream: PdfStream, { end, told }: StreamEnd): Promise<PlainKind | null> {
  const { text, keyword, start, object } = stream;
  if (object === null || !told || !/^\s*<<[^<>#%()]*>>\s*$/.test(text) || !(await standsAlone(file, object, end))) {
    return null;
  }
  const around = await file.bytes(keyword + 6, start + 1);
  if (!/^\r?\n[^\r\n]/.test(around.toString('latin1'))) return null;
  const filters = text.match(FILTER_NAMES) ?? [];
  const filterKeys = text.match(/\/Filter(?![A-Za-z0-9])/g)?.length ?? 0;
  const image = /\/Image(?![A-Za-z0-9])/.test(text);
  if (filterKeys === 0 && filters.length === 0) {
    return !image &&
      text.match(/\/Length/g)?.length === 1 &&
      /\/Length\s+\d+\s*[/>]/.test(text) &&
      !/\/(?:F|DP|URI)(?![A-Za-z0-9])/.test(text)
      ? 'stored'
      : null;
  }
  if (filterKeys !== 1 || filters.length !== 1) return null;
  const [, bare, listed] = /\/Filter\s*(?:\/(\w+)|\[\s*\/(\w+)\s*\])/.exec(text) ?? [];
  const only = bare ?? listed;
  if (only === 'DCTDecode') return 'jpeg';
  return only === 'FlateDecode' && !image && !/\/(?:DecodeParms|DP)/.test(text) ? 'flate' : null;
}

/** Whether ClamAV sees the object begin and end where we do. */
async function standsAlone(file: PdfFile, object: number, end: number): Promise<boolean> {
  const { objects, objectEnds, streamEnds } = file.index;
  const before = objects[file.objectBefore(object)];
  const endBefore = firstFrom(objectEnds, before ?? object) ?? 0;
  const closed = before === undefined || endBefore < object;
  const header = (await file.bytes(object - 24, object)).toString('latin1');
  const streamEnd = firstFrom(streamEnds, object) ?? 0;
  const gap = (await file.bytes(end, streamEnd)).toString('latin1');
  const objectEnd = firstFrom(objectEnds, object) ?? 0;
  return (
    closed && /\s\d+ \d+ $/.test(header) && streamEnd >= end && /^(?:\r\n|\n|\r)?$/.test(gap) && objectEnd > streamEnd
  );
}

/** Whether ClamAV's inflate gives everything that ours does. */
export const inflatesWhole = (bytes: number): boolean => bytes < INFLATED_PIECE || bytes % INFLATED_PIECE > HELD_BACK;
