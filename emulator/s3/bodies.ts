import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hashOf } from './checksums.ts';

/** A file, or for small bodies the bytes themselves. */
interface Content {
  readonly in: string | Buffer;
  references: number;
}

/** A run of bytes of a content; several bodies may share one (copies, parts). */
interface Segment {
  readonly content: Content;
  readonly start: number;
  readonly length: number;
}

export interface Body {
  readonly segments: readonly Segment[];
  readonly size: number;
}

/** Longest body that is kept in memory, if there is room. */
const SMALL_BYTES = 64 * 1024;

/**
 * Object contents: small ones in memory while there is room, for a file takes longer than their request; the others on
 * disk, in files with random names in a separate folder. A content is dropped with its last reference: each version and
 * each running read holds one.
 */
export class Bodies {
  readonly #folder: string;
  readonly #removals = new Set<Promise<void>>();
  /** Bytes for small bodies that are free. */
  #room: number;

  private constructor(folder: string, memoryBytes: number) {
    this.#folder = folder;
    this.#room = memoryBytes;
  }

  /** @param memoryBytes of all bodies that are kept in memory together */
  static async open(root: string, memoryBytes: number): Promise<Bodies> {
    await mkdir(root, { recursive: true });
    return new Bodies(await mkdtemp(join(root, 'bodies-')), memoryBytes);
  }

  /** Bytes for small bodies that are free. */
  get room(): number {
    return this.#room;
  }

  /** Writes a new body, held once by the caller. If the source fails, nothing remains. */
  async write(source: AsyncIterable<Uint8Array>): Promise<Body> {
    const rest = source[Symbol.asyncIterator]();
    const chunks: Uint8Array[] = [];
    let size = 0;
    while (size <= Math.min(SMALL_BYTES, this.#room)) {
      const { done, value } = await rest.next();
      if (done) return this.#keep(Buffer.concat(chunks, size));
      chunks.push(value);
      size += value.length;
    }
    return this.#writeFile(async function* () {
      yield* chunks;
      yield* { [Symbol.asyncIterator]: () => rest };
    });
  }

  retain(body: Body): Body {
    for (const { content } of body.segments) content.references += 1;
    return body;
  }

  release(body: Body): void {
    for (const { content } of body.segments) {
      content.references -= 1;
      if (content.references > 0) continue;
      if (typeof content.in === 'string') this.#remove(content.in);
      else this.#room += content.in.length;
    }
  }

  /** Lets `use` take over the caller's reference; releases it if that throws. */
  handOver<Result>(body: Body, use: () => Result): Result {
    try {
      return use();
    } catch (error) {
      this.release(body);
      throw error;
    }
  }

  /** The result of `work`; releases the caller's reference if that fails. */
  async keepIf<Result>(body: Body, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      this.release(body);
      throw error;
    }
  }

  /** Bytes `start` to `end`, `end` exclusive. The caller holds the body while it reads. */
  async *read(body: Body, start = 0, end = body.size): AsyncGenerator<Buffer> {
    for (const { content, start: from, length } of slice(body, start, end).segments) {
      if (length === 0) continue;
      if (typeof content.in !== 'string') yield content.in.subarray(from, from + length);
      else yield* createReadStream(content.in, { start: from, end: from + length - 1, highWaterMark: 1 << 18 });
    }
  }

  /** MD5 in hex, as in an ETag. */
  async md5(body: Body): Promise<string> {
    return (await hashOf('MD5', this.read(body))).toString('hex');
  }

  /** Waits until the files of released bodies are gone. */
  async settled(): Promise<void> {
    await Promise.all(this.#removals);
  }

  async close(): Promise<void> {
    await this.settled();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #keep(bytes: Buffer): Body {
    this.#room -= bytes.length;
    return {
      segments: [{ content: { in: bytes, references: 1 }, start: 0, length: bytes.length }],
      size: bytes.length,
    };
  }

  async #writeFile(source: () => AsyncIterable<Uint8Array>): Promise<Body> {
    const path = join(this.#folder, randomUUID());
    const sink = createWriteStream(path, { flags: 'wx', highWaterMark: 1 << 20 });
    try {
      await pipeline(source, sink);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    const size = sink.bytesWritten;
    return { segments: [{ content: { in: path, references: 1 }, start: 0, length: size }], size };
  }

  #remove(path: string): void {
    // A file that is not there, or cannot be removed, goes with the folder.
    const removal: Promise<void> = unlink(path)
      .catch(() => undefined)
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }
}

/** The same bytes of the same files; takes no reference. */
export function slice(body: Body, start: number, end: number): Body {
  let position = 0;
  const segments: Segment[] = [];
  for (const segment of body.segments) {
    const from = Math.max(start - position, 0);
    const to = Math.min(end - position, segment.length);
    if (to > from) segments.push({ content: segment.content, start: segment.start + from, length: to - from });
    position += segment.length;
  }
  return { segments, size: Math.max(end - start, 0) };
}

/** Joins several bodies into one; takes over their references. */
export function concat(bodies: readonly Body[]): Body {
  return {
    segments: bodies.flatMap((body) => body.segments),
    size: bodies.reduce((sum, body) => sum + body.size, 0),
  };
}
