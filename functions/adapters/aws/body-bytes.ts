import type { Readable } from 'node:stream';
import { StorageUnavailable } from '../../domain/errors.ts';
import { release } from '../process/release.ts';
import { toStorageError } from './storage-errors.ts';

/**
 * A whole body of so many bytes; its chunks are released. By its events: an iterator takes several turns of the event
 * loop for a small one.
 * @throws StorageUnavailable when there are more or fewer bytes, or when the signal ends it
 */
export function bodyBytes(body: Readable, expected: number, signal?: AbortSignal): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const bytes = Buffer.allocUnsafe(expected);
  let received = 0;
  const wrongNumber = () => new StorageUnavailable(`GetObject body: ${received} of ${expected} bytes`);
  const cut = () => body.destroy(signal?.reason);
  body
    .on('data', (chunk: Uint8Array) => {
      if (received + chunk.length <= expected) bytes.set(chunk, received);
      received += chunk.length;
      release(chunk);
      if (received > expected) body.destroy(wrongNumber());
    })
    .on('error', (fault) => reject(toStorageError(fault, 'GetObject body')))
    .on('end', () => (received === expected ? resolve(bytes) : reject(wrongNumber())))
    .on('close', () => {
      signal?.removeEventListener('abort', cut);
      // After an end with all of them this comes too late to say anything.
      if (received !== expected || !body.readableEnded) reject(wrongNumber());
    });
  signal?.addEventListener('abort', cut, { once: true });
  if (signal?.aborted) cut();
  return promise;
}
