import { type ByteSource, sliceOf } from './byte-source.ts';

const HEAD_BYTES = 4096;

/**
 * The file inside a stream that Office packages an attachment in, with labels before and behind it; any other stream
 * as it is.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-oleds (OLE1.0 native data, packager format)
 */
export async function packagedFile(stream: ByteSource): Promise<ByteSource> {
  const head = await stream.read(0, HEAD_BYTES);
  if (head.length < 16 || head.readUInt32LE(0) !== stream.size - 4 || head.readUInt16LE(4) !== 2) return stream;
  const label = head.indexOf(0, 6);
  const path = label < 0 ? -1 : head.indexOf(0, label + 1);
  // Two words, the length of the temporary path and that path, the length of the file.
  const temporary = path + 1 + 4;
  if (path < 0 || temporary + 4 > head.length) return stream;
  const length = temporary + 4 + head.readUInt32LE(temporary);
  if (length + 4 > head.length) return stream;
  const start = length + 4;
  const end = start + head.readUInt32LE(length);
  return end <= stream.size ? sliceOf(stream, start, end) : stream;
}
