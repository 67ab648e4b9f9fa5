import { createGunzip } from 'node:zlib';
import type { Content } from '../../domain/file-type/content.ts';
import { contentEncoding } from '../../domain/file-type/stored/content-encoding.ts';
import type { ObjectReference } from '../../domain/object-reference.ts';
import type { ObjectStore } from '../../domain/ports.ts';
import { inspectContent } from './content-inspector.ts';
import { memoryBytes } from './file-bytes.ts';

type Reader = Pick<ObjectStore, 'readRange'>;

/** Of an object that is stored with a Content-Encoding, as it is stored and as browsers decode it. */
export const ENCODED_LIMITS = { storedBytes: 16 * 1024 * 1024, decodedBytes: 64 * 1024 * 1024 } as const;

/**
 * Inspects an object's content as a browser gets it: decoded, if it is stored with a Content-Encoding.
 * @throws what `inspectContent` throws
 */
export async function inspectObject(store: Reader, object: ObjectReference): Promise<Content> {
  const stored = await inspectContent(store, object);
  const { contentEncoding: header } = stored.headers;
  const encoding = contentEncoding(header);
  if (encoding === 'none') return stored;
  if (encoding === 'other') return { ...stored, encodingFault: (header ?? '').slice(0, 60) };
  if (stored.detected?.type !== 'application/gzip') return { ...stored, encodingFault: 'gzip-broken' };
  if (object.size > ENCODED_LIMITS.storedBytes) return { ...stored, encodingFault: 'gzip-too-large' };
  const decoded = await gunzip(await store.readRange(object, 0, object.size - 1));
  if (!(decoded instanceof Uint8Array)) return { ...stored, encodingFault: decoded };
  const content = await inspectContent(memoryBytes(decoded, stored.headers), { ...object, size: decoded.length });
  return { ...content, headers: stored.headers, encoded: true };
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array | 'gzip-broken' | 'gzip-too-large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  const gunzip = createGunzip();
  // A copy: its thread may read on when the loop ends, and the object's bytes are given back then.
  gunzip.end(Buffer.from(bytes));
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > ENCODED_LIMITS.decodedBytes) return 'gzip-too-large';
      chunks.push(chunk);
    }
  } catch {
    return 'gzip-broken';
  }
  return Buffer.concat(chunks, size);
}
