import type { Content } from '../../domain/file-type/content.ts';
import { decodeText, type Part } from '../../domain/file-type/text/text.ts';
import type { ObjectReference } from '../../domain/object-reference.ts';
import type { ObjectStore } from '../../domain/ports.ts';
import { readCompoundFile } from './compound-reader.ts';
import { ObjectBytes } from './object-bytes.ts';
import { detectMagic } from './object-tokenizer.ts';
import { readXml } from './xml-reader.ts';
import { readZip } from './zip-reader.ts';

const KIB = 1024;
const SAMPLE = 64 * KIB;
/** A request is billed and waits 25 to 30 ms, in which S3 sends two mebibytes: what is read without asking for parts. */
export const AT_ONCE = {
  /** An object up to this size, with its first request. */
  anyBytes: 1024 * KIB,
  /** A text up to this size, with its second: its samples would take ten. */
  textBytes: 16 * 1024 * KIB,
} as const;
/** Text up to this size is read completely, so NULs and markup are found anywhere. */
export const WHOLE_TEXT_BYTES = 2048 * KIB;
/** Longer text: its beginning, its end, and as many samples in between, evenly spaced. */
const LONG_TEXT = { head: 1024 * KIB, tail: 256 * KIB, samples: 8 } as const;

/**
 * Reads what is needed to detect an object's type: one request for a small one, two for most others. Of what
 * is not fetched AT_ONCE, never more than READ_LIMITS.
 * @throws ObjectGone, ObjectReplaced, ObjectUnreadable, AccessDenied, StorageUnavailable from the store
 */
export async function inspectContent(
  store: Pick<ObjectStore, 'readRange'>,
  object: ObjectReference,
  atOnce: { readonly anyBytes: number; readonly textBytes: number } = AT_ONCE,
): Promise<Content> {
  const bytes = new ObjectBytes(store, object);
  const { size } = bytes;
  if (size <= atOnce.anyBytes) await bytes.readAhead();
  const head = await bytes.read(0, SAMPLE);
  // Each reads more than the next, which is then there already.
  const text = await readText(bytes, head, atOnce.textBytes);
  const zip = await readZip(bytes);
  const tail = await bytes.read(Math.max(0, size - SAMPLE), SAMPLE);
  const xml = await readXml(bytes, text);
  const directory = await readCompoundFile(bytes, head);
  // Last: the content decides where it reads, and its requests must not use up the limits of the checks above.
  const detected = await detectMagic(bytes);
  const { headers } = bytes;
  return { size, headers, encoded: false, encodingFault: null, detected, head, tail, text, xml, zip, directory };
}

async function readText(bytes: ObjectBytes, head: Uint8Array, atOnce: number): Promise<Part[]> {
  const { size } = bytes;
  if (decodeText([{ start: 0, bytes: head }], size) === null) return [];
  if (size <= atOnce) await bytes.readAhead();
  if (size <= WHOLE_TEXT_BYTES) return [{ start: 0, bytes: await bytes.read(0, size) }];
  const tailStart = size - LONG_TEXT.tail;
  const step = (tailStart - LONG_TEXT.head) / (LONG_TEXT.samples + 1);
  const starts = Array.from({ length: LONG_TEXT.samples }, (_, index) =>
    Math.floor(LONG_TEXT.head + step * (index + 1)),
  );
  const parts: Part[] = [{ start: 0, bytes: await bytes.read(0, LONG_TEXT.head) }];
  for (const start of starts) parts.push({ start, bytes: await bytes.read(start, SAMPLE) });
  parts.push({ start: tailStart, bytes: await bytes.read(tailStart, LONG_TEXT.tail) });
  return parts;
}
