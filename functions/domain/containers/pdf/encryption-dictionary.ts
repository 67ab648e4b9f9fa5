import { PdfDictionary, PdfName, type PdfValue } from './values.ts';

export type CryptMethod = 'identity' | 'rc4' | 'aes-128' | 'aes-256';

/** What a PDF's `/Encrypt` says, its references resolved. */
export interface PdfEncryption {
  readonly revision: number;
  /** Candidates for the length of the file's key, bytes; the first is the one that is told. */
  readonly keyBytes: readonly number[];
  readonly owner: Buffer;
  readonly user: Buffer;
  /** The file's key under the user's password, revision 5 and later. */
  readonly userKey: Buffer;
  readonly permissions: number;
  readonly encryptMetadata: boolean;
  /** First part of the file's `/ID`. */
  readonly id: Buffer;
  /** How streams are encrypted; several where it depends on what they are. */
  readonly streamMethods: readonly CryptMethod[];
  /** Methods by the name of the crypt filter. */
  readonly filters: ReadonlyMap<string, CryptMethod>;
}

const METHODS: Readonly<Record<string, CryptMethod>> = {
  None: 'identity',
  V2: 'rc4',
  AESV2: 'aes-128',
  AESV3: 'aes-256',
};

const bytes = (value: PdfValue) => (Buffer.isBuffer(value) ? value : Buffer.alloc(0));
const number = (value: PdfValue, otherwise: number) =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
const name = (value: PdfValue) => (value instanceof PdfName ? value.name : null);

/** Null where it is not the standard handler in a version that is known. */
export function readEncryption(dictionary: PdfDictionary, id: Buffer): PdfEncryption | null {
  const version = number(dictionary.get('V'), 0);
  const revision = number(dictionary.get('R'), 0);
  if (name(dictionary.get('Filter')) !== 'Standard' || ![1, 2, 3, 4, 5].includes(version)) return null;
  if (![2, 3, 4, 5, 6].includes(revision)) return null;
  const told = Math.trunc(number(dictionary.get('Length'), 40) / 8);
  const filters = readFilters(dictionary.get('CF'));
  return {
    revision,
    keyBytes: [...new Set([version === 1 ? 5 : told, 16, 5])].filter((length) => length >= 5 && length <= 16),
    owner: bytes(dictionary.get('O')),
    user: bytes(dictionary.get('U')),
    userKey: bytes(dictionary.get('UE')).subarray(0, 32),
    permissions: number(dictionary.get('P'), 0) | 0,
    encryptMetadata: dictionary.get('EncryptMetadata') !== false,
    id,
    streamMethods: version < 4 ? ['rc4'] : streamMethods(dictionary, filters),
    filters,
  };
}

function readFilters(value: PdfValue): ReadonlyMap<string, CryptMethod> {
  const filters = new Map<string, CryptMethod>([['Identity', 'identity']]);
  if (!(value instanceof PdfDictionary)) return filters;
  for (const key of value.keys()) {
    const filter = value.get(key);
    const method = filter instanceof PdfDictionary ? METHODS[name(filter.get('CFM')) ?? 'None'] : undefined;
    if (method !== undefined && key !== 'Identity') filters.set(key, method);
  }
  return filters;
}

/** Embedded files may have a method of their own; which streams are embedded files is not relied on. */
function streamMethods(dictionary: PdfDictionary, filters: ReadonlyMap<string, CryptMethod>): CryptMethod[] {
  const methods = ['StmF', 'EFF'].map((key) => filters.get(name(dictionary.get(key)) ?? 'Identity'));
  return [...new Set(methods.filter((method) => method !== undefined))];
}
