import type { ByteSource } from '../../../domain/containers/byte-source.ts';
import { isPlainPdf, plainKind } from '../../../domain/containers/pdf/engine-reach.ts';
import { findStreams, streamEnds } from '../../../domain/containers/pdf/find-streams.ts';
import { objectStreams } from '../../../domain/containers/pdf/object-streams.ts';
import { PdfFile } from '../../../domain/containers/pdf/pdf-file.ts';
import type { Extent, PdfContents } from '../../../domain/containers/unpacker.ts';
import { openEncryption } from './decryption.ts';
import { type Decoded, StreamReader } from './stream-reader.ts';

/** Every stream of a PDF, decoded. @throws Unaccounted for a file that is too large to be read, and what `decoded` throws */
export async function readPdf(source: ByteSource, decoded: Decoded): Promise<PdfContents> {
  const file = await PdfFile.open(source);
  const streams = await findStreams(file);
  const reader = new StreamReader(file, decoded);
  const readObjectStreams = () => objectStreams(streams, (stream) => reader.plainBytes(stream));
  file.compressed = readObjectStreams().value;
  reader.decryption = await openEncryption(file, streams);
  // Again, now that they can be decrypted.
  const inside = readObjectStreams();
  file.compressed = inside.value;
  const plain = reader.decryption.state === 'none' && (await isPlainPdf(file, streams, inside.contents));
  const extents: Extent[] = [];
  for (const stream of streams) {
    const ends = await streamEnds(file, stream);
    extents.push({ start: stream.start, end: Math.max(stream.start, ...ends.map(({ end }) => end)) });
  }
  return {
    encryption: reader.decryption.state,
    streams: extents,
    async *parts() {
      for (const stream of streams) {
        for (const end of await streamEnds(file, stream)) {
          const kind = plain ? await plainKind(file, stream, end) : null;
          yield* reader.parts(stream, end, kind);
        }
      }
    },
  };
}
