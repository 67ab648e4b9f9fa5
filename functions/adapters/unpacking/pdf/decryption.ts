import {
  type CryptMethod,
  type PdfEncryption,
  readEncryption,
} from '../../../domain/containers/pdf/encryption-dictionary.ts';
import type { MakeDecoder } from '../../../domain/containers/pdf/filter-chain.ts';
import type { PdfStream } from '../../../domain/containers/pdf/find-streams.ts';
import type { PdfFile } from '../../../domain/containers/pdf/pdf-file.ts';
import { Rc4Decoder } from '../../../domain/containers/pdf/rc4-decoder.ts';
import { PdfDictionary, type PdfValue } from '../../../domain/containers/pdf/values.ts';
import { AesDecoder } from './aes-decoder.ts';
import { fileKey, objectKey } from './standard-security.ts';

/** Over this many, a file is made to confuse. */
const MAX_DICTIONARIES = 8;
const MAX_IDS = 8;

/** How a PDF's encryption came out. */
export interface Decryption {
  readonly state: 'none' | 'opened' | 'locked';
  /** Ways to decrypt a stream; empty where there is nothing that could be opened. */
  methodsFor(stream: PdfStream, cryptFilters: readonly string[]): MakeDecoder[];
}

/** Tries the empty password on every `/Encrypt` of the file, whichever revision has it. */
export async function openEncryption(file: PdfFile, streams: readonly PdfStream[]): Promise<Decryption> {
  const dictionaries = streams.map(({ dictionary }) => dictionary);
  for (const at of file.index.trailers.slice(-1000)) {
    const trailer = await file.valueAt(at + 'trailer'.length);
    if (trailer instanceof PdfDictionary) dictionaries.push(trailer);
  }
  const values = dictionaries.flatMap((dictionary) => dictionary.all('Encrypt'));
  if (values.length === 0) return { state: 'none', methodsFor: () => [] };
  const ids = await fileIds(file, dictionaries);
  const opened = new Map<string, { encryption: PdfEncryption; key: Buffer }>();
  const tried = new Set<string>();
  let locked = false;
  for (const dictionary of await encryptDictionaries(file, values)) {
    const all = ids.map((id) => readEncryption(dictionary, id));
    const name = fingerprint(all[0]);
    if (tried.has(name)) continue;
    tried.add(name);
    const found = firstThatOpens(all);
    if (found === undefined) locked = true;
    else opened.set(name, found);
    if (tried.size > MAX_DICTIONARIES) {
      locked = true;
      break;
    }
  }
  if (tried.size === 0) return { state: 'none', methodsFor: () => [] };
  return {
    state: locked ? 'locked' : 'opened',
    methodsFor: (stream, cryptFilters) =>
      [...opened.values()].flatMap(({ encryption, key }) => {
        const named = cryptFilters.map((filter) => encryption.filters.get(filter));
        const methods = new Set([...named, ...encryption.streamMethods]);
        return [...methods].flatMap((method) => decoderFor(method, key, stream));
      }),
  };
}

function firstThatOpens(candidates: readonly (PdfEncryption | null)[]) {
  for (const encryption of candidates) {
    const key = encryption === null ? null : fileKey(encryption);
    if (encryption !== null && key !== null) return { encryption, key };
    // Newer revisions do without the file's identity.
    if (encryption === null || encryption.revision >= 5) return undefined;
  }
  return undefined;
}

const fingerprint = (encryption: PdfEncryption | null | undefined): string =>
  encryption
    ? JSON.stringify([
        encryption.revision,
        encryption.owner,
        encryption.user,
        encryption.permissions,
        encryption.streamMethods,
      ])
    : 'unknown';

async function fileIds(file: PdfFile, dictionaries: readonly PdfDictionary[]): Promise<Buffer[]> {
  const ids = new Map<string, Buffer>();
  for (const dictionary of dictionaries) {
    for (const value of dictionary.all('ID')) {
      const id = await file.resolved(value);
      const [first] = Array.isArray(id) ? id : [];
      if (Buffer.isBuffer(first) && ids.size < MAX_IDS) ids.set(first.toString('hex'), first);
    }
  }
  return [...ids.values(), Buffer.alloc(0)];
}

async function encryptDictionaries(file: PdfFile, values: readonly PdfValue[]): Promise<PdfDictionary[]> {
  const found: PdfDictionary[] = [];
  for (const value of values.slice(-1000)) {
    for (const meant of await file.meanings(value)) {
      const dictionary = await file.resolved(meant);
      if (dictionary instanceof PdfDictionary) found.push(dictionary);
    }
  }
  return found;
}

function decoderFor(method: CryptMethod | undefined, key: Buffer, stream: PdfStream): MakeDecoder[] {
  if (method === undefined || method === 'identity') return [];
  const own = objectKey(key, method, stream.number, stream.generation);
  if (method !== 'rc4' && own.length !== (method === 'aes-256' ? 32 : 16)) return [];
  return [() => (method === 'rc4' ? new Rc4Decoder(own) : new AesDecoder(own))];
}
