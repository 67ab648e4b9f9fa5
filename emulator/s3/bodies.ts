import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hashOf } from './checksums.ts';

interface BodyFile {
  readonly path: string;
  references: number;
}

/** A run of bytes in a file; several bodies may share one (copies, parts). */
interface Segment {
  readonly file: BodyFile;
  readonly start: number;
  readonly length: number;
}

export interface Body {
  readonly segments: readonly Segment[];
  readonly size: number;
}

/**
 * Object contents on disk, in files with random names in a separate folder. A file is deleted with its last
 * reference: each version and each running read holds one.
 */
export class Bodies {
  readonly #folder: string;
  readonly #removals = new Set<Promise<void>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(root: string): Promise<Bodies> {
    await mkdir(root, { recursive: true });
    return new Bodies(await mkdtemp(join(root, 'bodies-')));
  }

  /** Writes a new body, held once by the caller. If the source fails, nothing remains. */
  async write(source: AsyncIterable<Uint8Array>): Promise<Body> {
    const file: BodyFile = { path: join(this.#folder, randomUUID()), references: 1 };
    const sink = createWriteStream(file.path, { flags: 'wx', highWaterMark: 1 << 20 });
    try {
      await pipeline(source, sink);
    } catch (error) {
      await rm(file.path, { force: true });
      throw error;
    }
    return { segments: [{ file, start: 0, length: sink.bytesWritten }], size: sink.bytesWritten };
  }

  retain(body: Body): Body {
    for (const { file } of body.segments) file.references += 1;
    return body;
  }

  release(body: Body): void {
    for (const { file } of body.segments) {
      file.references -= 1;
      if (file.references > 0) continue;
      const removal: Promise<void> = rm(file.path, { force: true }).finally(() => this.#removals.delete(removal));
      this.#removals.add(removal);
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
    for (const { file, start: from, length } of slice(body, start, end).segments) {
      if (length === 0) continue;
      yield* createReadStream(file.path, { start: from, end: from + length - 1, highWaterMark: 1 << 18 });
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
}

/** The same bytes of the same files; takes no reference. */
export function slice(body: Body, start: number, end: number): Body {
  let position = 0;
  const segments: Segment[] = [];
  for (const segment of body.segments) {
    const from = Math.max(start - position, 0);
    const to = Math.min(end - position, segment.length);
    if (to > from) segments.push({ file: segment.file, start: segment.start + from, length: to - from });
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
