import type { ByteSource } from '../../../domain/containers/byte-source.ts';
import type { Decoder } from '../../../domain/containers/pdf/decoder.ts';
import type { MakeDecoder } from '../../../domain/containers/pdf/filter-chain.ts';
import type { Sink } from '../decoders.ts';

const READ_BYTES = 256 * 1024;
/** What a decoder is given at once: what it makes of that is held in memory. */
const PIECE = 16 * 1024;

interface Stage {
  readonly decoder: Decoder;
  fed: number;
}

/** How far a stage got. */
export interface StageEnd {
  readonly decoder: Decoder;
  /** Bytes behind the end of its data. */
  readonly rest: number;
}

/**
 * Writes the source's content, decoded by one decoder after the other, to the sink.
 *
 * @param skip how many bytes of what comes out are left out at the beginning
 * @throws what the sink throws
 */
export async function decodeInto(
  source: ByteSource,
  makers: readonly MakeDecoder[],
  sink: Sink,
  skip = 0,
): Promise<StageEnd[]> {
  const stages: Stage[] = makers.map((make) => ({ decoder: make(), fed: 0 }));
  let toSkip = skip;
  const write = async (pieces: Iterable<Buffer>) => {
    for (const piece of pieces) {
      const kept = piece.subarray(Math.min(toSkip, piece.length));
      toSkip -= piece.length - kept.length;
      await sink.write(kept);
    }
  };
  for (let at = 0; at < source.size; at += READ_BYTES) {
    await write(through(stages, 0, await source.read(at, at + READ_BYTES)));
    // The clock is looked at, also where nothing comes out.
    await sink.write(Buffer.alloc(0));
  }
  for (const [index, { decoder }] of stages.entries()) {
    for (const piece of decoder.end()) await write(through(stages, index + 1, piece));
  }
  return stages.map(({ decoder, fed }) => ({
    decoder,
    rest: decoder.consumed === null ? 0 : Math.max(0, fed - decoder.consumed),
  }));
}

/** Lazily, so that what is held in memory does not multiply from stage to stage. */
function* through(stages: readonly Stage[], index: number, bytes: Buffer): Iterable<Buffer> {
  const stage = stages[index];
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    if (stage === undefined) {
      yield piece;
      continue;
    }
    stage.fed += piece.length;
    for (const out of stage.decoder.push(piece)) yield* through(stages, index + 1, out);
  }
}
