import { type ByteSource, sliceOf } from './byte-source.ts';

const HEAD_BYTES = 4096;
/** The length of all that follows, the kind, the label, the path, two words. */
const LABELS = /^.{6}[^\0]*\0[^\0]*\0.{4}/s;

/**
 * The file inside a stream that Office packages an attachment in, with labels before and behind it; any other stream
 * as it is.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-oleds (OLE1.0 native data, packager format)
 */
export async function packagedFile(stream: ByteSource): Promise<ByteSource> {
  const head = await stream.read(0, HEAD_BYTES);
  const [labels] = LABELS.exec(head.toString('latin1')) ?? [];
  if (labels === undefined || head.readUInt32LE(0) !== stream.size - 4 || head.readUInt16LE(4) !== 2) return stream;
  const numberAt = (at: number) => (at + 4 <= head.length ? head.readUInt32LE(at) : Number.POSITIVE_INFINITY);
  // The length of the temporary path and that path, the length of the file and the file.
  const temporary = labels.length + 4;
  const length = temporary + numberAt(labels.length);
  const start = length + 4;
  const end = start + numberAt(length);
  return end <= stream.size ? sliceOf(stream, start, end) : stream;
}
