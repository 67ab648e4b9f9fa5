import { fileTypeFromTokenizer } from 'file-type';
import { AbstractTokenizer, EndOfStreamError, type IReadChunkOptions } from 'strtok3/core';
import type { Content } from '../../domain/file-type/content.ts';
import type { ObjectBytes } from './object-bytes.ts';

/** Most formats take one request. Walking a zip's local headers takes one each; its directory tells more for less. */
const DETECTION_REQUESTS = 16;
/** Reads from cached blocks cost no request; a parser that is led in a circle still ends. */
const DETECTION_READS = 20_000;

/**
 * What the magic bytes say, null when nothing is recognised. Whatever the parser makes of hostile bytes,
 * an exception included, is "not recognised"; only a fault of the store is thrown on.
 */
export async function detectMagic(bytes: ObjectBytes): Promise<Content['detected']> {
  const detected = await fileTypeFromTokenizer(new ObjectTokenizer(bytes)).catch(() => undefined);
  if (bytes.fault !== undefined) throw bytes.fault;
  return detected === undefined ? null : { type: detected.mime, extension: detected.ext };
}

/** Ranged reads as `file-type` asks for them; its limits look like the object's end, which every parser there expects. */
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
