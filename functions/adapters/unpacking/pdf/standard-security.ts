import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { CryptMethod, PdfEncryption } from '../../../domain/containers/pdf/encryption-dictionary.ts';
import { rc4 } from '../../../domain/containers/pdf/rc4-decoder.ts';

/** What stands in for a password that is shorter than 32 bytes. */
const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const ALL_ONES = Buffer.alloc(4, 0xff);
const AES_SALT = Buffer.from('sAlT', 'latin1');

const hash = (name: string, ...parts: Uint8Array[]) => {
  const digest = createHash(name);
  for (const part of parts) digest.update(part);
  return digest.digest();
};

/**
 * The file's key under the empty user password; null when that password does not open it.
 *
 * @see ISO 32000-2, 7.6.4.3 and 7.6.4.4
 */
export function fileKey(encryption: PdfEncryption): Buffer | null {
  if (encryption.revision >= 5) return newKey(encryption);
  for (const length of encryption.keyBytes) {
    const key = oldKey(encryption, encryption.revision === 2 ? 5 : length);
    if (opens(encryption, key)) return key;
  }
  return null;
}

function oldKey({ revision, owner, permissions, id, encryptMetadata }: PdfEncryption, length: number): Buffer {
  const rights = Buffer.alloc(4);
  rights.writeInt32LE(permissions);
  const metadata = revision >= 4 && !encryptMetadata ? [ALL_ONES] : [];
  let key = hash('md5', PADDING, owner.subarray(0, 32), rights, id, ...metadata);
  for (let round = 0; revision >= 3 && round < 50; round++) key = hash('md5', key.subarray(0, length));
  return key.subarray(0, length);
}

function opens({ revision, user, id }: PdfEncryption, key: Buffer): boolean {
  if (revision === 2) return rc4(key, PADDING).equals(user.subarray(0, 32));
  let expected = rc4(key, hash('md5', PADDING, id));
  for (let round = 1; round < 20; round++) {
    expected = rc4(
      key.map((byte) => byte ^ round),
      expected,
    );
  }
  return expected.equals(user.subarray(0, 16));
}

function newKey({ revision, user, userKey }: PdfEncryption): Buffer | null {
  if (user.length < 48 || userKey.length < 32) return null;
  const digest = (salt: Buffer) => (revision === 5 ? hash('sha256', salt) : hardenedHash(salt));
  if (!digest(user.subarray(32, 40)).equals(user.subarray(0, 32))) return null;
  const decipher = createDecipheriv('aes-256-cbc', digest(user.subarray(40, 48)), Buffer.alloc(16));
  return decipher.setAutoPadding(false).update(userKey);
}

/** Algorithm 2.B, for the empty password. */
function hardenedHash(salt: Buffer): Buffer {
  let key = hash('sha256', salt);
  for (let round = 0; ; round++) {
    const block = Buffer.concat(Array.from({ length: 64 }, () => key));
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(false);
    const encrypted = cipher.update(block);
    const remainder = encrypted.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = hash(['sha256', 'sha384', 'sha512'][remainder] ?? 'sha256', encrypted);
    if (round >= 63 && (encrypted.at(-1) ?? 0) <= round - 31) return key.subarray(0, 32);
  }
}

/** The key of one object. */
export function objectKey(key: Buffer, method: CryptMethod, number: number, generation: number): Buffer {
  if (method === 'aes-256') return key;
  const name = Buffer.from([number, number >> 8, number >> 16, generation, generation >> 8]);
  const salt = method === 'aes-128' ? [AES_SALT] : [];
  return hash('md5', key, name, ...salt).subarray(0, Math.min(16, key.length + 5));
}
