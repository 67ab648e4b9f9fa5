import { type ByteSource, sliceOf } from '../../../domain/containers/byte-source.ts';
import { inflatesWhole } from '../../../domain/containers/pdf/engine-reach.ts';
import { type FilterChain, filterChain, type MakeDecoder } from '../../../domain/containers/pdf/filter-chain.ts';
import { type PdfStream, type StreamEnd, streamEnds } from '../../../domain/containers/pdf/find-streams.ts';
import type { PdfFile } from '../../../domain/containers/pdf/pdf-file.ts';
import { PdfDictionary, type PdfValue } from '../../../domain/containers/pdf/values.ts';
import { Unaccounted } from '../../../domain/containers/unaccounted.ts';
import type { PdfPart } from '../../../domain/containers/unpacker.ts';
import type { Sink } from '../decoders.ts';
import { decodeInto } from './decoding.ts';
import type { Decryption } from './decryption.ts';
import { FlateDecoder } from './flate-decoder.ts';

/** Makes a source of what is written to the sink, within the limits of the object. */
export type Decoded = (decode: (sink: Sink) => Promise<void>) => Promise<ByteSource>;

/** Of the filters and parameters that a stream may have in several revisions. */
const MAX_CHAINS = 4;

/** Decodes the streams of a file. */
export class StreamReader {
  readonly #file: PdfFile;
  readonly #decoded: Decoded;
  decryption: Decryption = { state: 'none', methodsFor: () => [] };

  constructor(file: PdfFile, decoded: Decoded) {
    this.#file = file;
    this.#decoded = decoded;
  }

  /** Every way in which a reader may take the stream. */
  async *parts(stream: PdfStream, { end }: StreamEnd, kind: string | null): AsyncGenerator<PdfPart> {
    const raw = sliceOf(this.#file.source, stream.start, end);
    for (const { decoders, problem, crypt } of await this.#chains(stream)) {
      if (problem !== null) yield { problem };
      yield* this.#contents(raw, decoders, kind, this.decryption.state === 'none');
      for (const decrypt of this.decryption.methodsFor(stream, crypt)) {
        yield* this.#contents(raw, [decrypt, ...decoders], null, true);
      }
    }
  }

  /** @param whole whether bytes that cannot be decoded at all are content as they are */
  async *#contents(raw: ByteSource, decoders: readonly MakeDecoder[], kind: string | null, whole: boolean) {
    if (raw.size === 0) return;
    if (decoders.length === 0) {
      yield { content: raw, reached: kind === 'stored' || kind === 'jpeg' };
      return;
    }
    try {
      let ends: Awaited<ReturnType<typeof decodeInto>> = [];
      const content = await this.#decoded(async (sink) => {
        ends = await decodeInto(raw, decoders, sink);
      });
      const intact = ends.every(({ decoder }) => !(decoder instanceof FlateDecoder) || decoder.intact);
      if (content.size > 0) yield { content, reached: kind === 'flate' && intact && inflatesWhole(content.size) };
      // Of broken data nobody knows where they end.
      const broken = ends.some(({ decoder }) => decoder.consumed === Number.POSITIVE_INFINITY);
      if (whole && (broken || content.size === 0)) yield { content: raw, reached: false };
      for (const [index, { decoder, rest }] of ends.entries()) {
        if (rest === 0 || decoder.consumed === null) continue;
        yield* this.#tail(raw, decoders.slice(0, index), decoder.consumed);
      }
    } catch (fault) {
      if (!(fault instanceof Unaccounted)) throw fault;
      yield { problem: fault };
    }
  }

  /** What stands behind the end of what a filter decodes. */
  async *#tail(raw: ByteSource, before: readonly MakeDecoder[], skip: number): AsyncGenerator<PdfPart> {
    const content =
      before.length === 0
        ? sliceOf(raw, skip, raw.size)
        : await this.#decoded(async (sink) => {
            await decodeInto(raw, before, sink, skip);
          });
    const white = content.size < 64 && !/[^\0\t\n\f\r ]/.test((await content.read(0, 64)).toString('latin1'));
    if (!white) yield { content, reached: false };
  }

  async #chains({ dictionary }: PdfStream): Promise<FilterChain[]> {
    const filters = await this.#meanings(dictionary, ['Filter', 'F']);
    const parameters = await this.#meanings(dictionary, ['DecodeParms', 'DP']);
    const pairs = filters.flatMap((filter) => parameters.map((own) => [filter, own] as const));
    return pairs.slice(0, MAX_CHAINS).map(([filter, own]) => filterChain(filter, own, () => new FlateDecoder()));
  }

  async #meanings(dictionary: PdfDictionary, keys: readonly string[]): Promise<PdfValue[]> {
    for (const key of keys) {
      const found: PdfValue[] = [];
      for (const value of dictionary.all(key)) {
        for (const meant of await this.#file.meanings(value)) found.push(await this.#file.resolved(meant));
      }
      const told = found.filter((value) => key !== 'F' || !(Buffer.isBuffer(value) || value instanceof PdfDictionary));
      if (told.length > 0) return told;
    }
    return [null];
  }

  /** What the stream decodes to, in memory. */
  async plainBytes(stream: PdfStream): Promise<Buffer[]> {
    const found: Buffer[] = [];
    for (const end of await streamEnds(this.#file, stream)) {
      for await (const part of this.parts(stream, end, null)) {
        if (!('content' in part)) continue;
        found.push(await part.content.read(0, 64 * 1024 * 1024));
      }
    }
    return found;
  }
}
