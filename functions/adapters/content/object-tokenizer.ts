import { fileTypeFromTokenizer } from 'file-type';
import { AbstractTokenizer, EndOfStreamError, type IReadChunkOptions } from 'strtok3/core';
import type { Content } from '../../domain/file-type/content.ts';
import type { ObjectBytes } from './object-bytes.ts';

/** Most formats take one request. Walking a zip's local headers takes one each; its directory gives more for less. */
const DETECTION_REQUESTS = 16;
/** Reads from cached blocks cost no request; this stops a parser that loops. */
const DETECTION_READS = 20_000;

/**
 * The type by magic bytes, null when none is recognized. Any parser failure on hostile bytes, including an
 * exception, is "not recognized"; only a fault of the store is rethrown.
 */
export async function detectMagic(bytes: ObjectBytes): Promise<Content['detected']> {
  const detected = await fileTypeFromTokenizer(new ObjectTokenizer(bytes)).catch(() => undefined);
  if (bytes.fault !== undefined) throw bytes.fault;
  return detected === undefined ? null : { type: detected.mime, extension: detected.ext };
}

/** Ranged reads for `file-type`; a reached limit looks like the end of the object, which every parser expects. */
export class ObjectTokenizer extends AbstractTokenizer {
  override readonly fileInfo: { size: number };
  readonly #bytes: ObjectBytes;
  readonly #lastRequest: number;
  #reads = 0;

  constructor(bytes: ObjectBytes) {
    super({ maxBufferSize: 4 * 1024 * 1024 });
    this.#bytes = bytes;
    this.#lastRequest = bytes.requests + DETECTION_REQUESTS;
    this.fileInfo = { size: bytes.size };
  }

  override supportsRandomAccess(): boolean {
    return true;
  }

  setPosition(position: number): void {
    this.position = position;
  }

  override async readBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const read = await this.peekBuffer(target, options);
    this.position = (options?.position ?? this.position) + read;
    return read;
  }

  override async peekBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { length, position, mayBeLess } = this.normalizeOptions(target, options);
    this.#reads += 1;
    if (this.#reads > DETECTION_READS || this.#bytes.requests >= this.#lastRequest) throw new EndOfStreamError();
    const content = await this.#bytes.read(position, length).catch(() => {
      throw new EndOfStreamError();
    });
    if (content.length < length && !mayBeLess) throw new EndOfStreamError();
    target.set(content);
    return content.length;
  }
}
