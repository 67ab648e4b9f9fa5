import { activeInPdf } from './active/pdf-search.ts';
import { activeInStream } from './active/pdf-stream.ts';
import type { ByteSource } from './byte-source.ts';
import { findEmbeddedArchive } from './embedded-archive.ts';
import { ambiguous, encrypted } from './unaccounted.ts';
import type { Extent } from './unpacker.ts';
import type { Walk } from './walk.ts';

/** Every stream of a PDF, and what is between them. */
export async function visitPdf(walk: Walk, source: ByteSource, depth: number): Promise<void> {
  const takeTurn = () => walk.unpacker.takeTurn();
  try {
    const { encryption, streams, parts } = await walk.unpacker.pdfStreams(source);
    if (encryption === 'opened') walk.hasOpened('pdf');
    if (encryption === 'locked') {
      walk.foundLocked('pdf');
      walk.report(encrypted());
    }
    for await (const part of parts()) {
      if ('problem' in part) walk.report(part.problem);
      else {
        await walk.visit(part.content, depth + 1, part.reached && !walk.apart);
        walk.foundActive(await activeInStream(part.content, takeTurn), depth);
      }
    }
    walk.foundActive(await activeInPdf(source, takeTurn), depth);
    await checkBetweenStreams(walk, source, streams);
  } catch (fault) {
    // Whether it was encrypted is not known.
    walk.foundLocked('pdf');
    throw fault;
  }
}

/** Attachments are in streams, which are visited; an archive anywhere else was put there to be overlooked. */
async function checkBetweenStreams(walk: Walk, source: ByteSource, streams: readonly Extent[]): Promise<void> {
  let from = 0;
  for (;;) {
    await walk.unpacker.takeTurn();
    const found = await findEmbeddedArchive(source, from, walk.unpacker.crc32);
    if (found === null) return;
    const around = streams.find(({ start, end }) => found.start >= start && found.start < end);
    if (around === undefined) throw ambiguous(`${found.name}-behind-content`);
    from = around.end;
  }
}
