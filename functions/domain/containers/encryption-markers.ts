import type { ByteSource } from './byte-source.ts';

const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Names of the streams of an Office document under a password. */
const OFFICE = [Buffer.from('EncryptedPackage', 'utf16le'), Buffer.from('EncryptionInfo', 'utf16le')];
/** 7z: a header that is packed itself, and the method AES-256 with SHA-256. */
const ENCODED_HEADER = 0x17;
const AES = Buffer.from('06f10701', 'hex');
const MANIFEST_BYTES = 1024 * 1024;
/** Ways in which EPUB files hide their fonts, which keeps nobody from reading them. */
const FONT_OBFUSCATION = /^http:\/\/(?:www\.idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC)$/;

/**
 * Whether a file says that it, or its container, is under a password in a way of its own format.
 *
 * @param name of the member of a zip, null where it is none
 * @see https://learn.microsoft.com/openspecs/office_file_formats/ms-offcrypto
 * @see https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part2-packages/OpenDocument-v1.3-os-part2-packages.html
 */
export async function encryptionMarker(name: string | null, content: ByteSource): Promise<boolean> {
  if (name === null) return isEncryptedOffice(content);
  if (/^META-INF\/manifest\.xml$/i.test(name)) return /<(?:\w+:)?encryption-data[\s/>]/.test(await textOf(content));
  if (/^META-INF\/encryption\.xml$/i.test(name)) return encryptsMoreThanFonts(await textOf(content));
  return false;
}

/**
 * Whether the list of what a 7z archive holds is itself under a password.
 *
 * @see https://py7zr.readthedocs.io/en/latest/archive_format.html
 */
export async function hasEncryptedHeader(archive: ByteSource): Promise<boolean> {
  const signature = await archive.read(0, 32);
  if (signature.length < 32) return false;
  const start = 32 + Number(signature.readBigUInt64LE(12));
  const header = await archive.read(start, start + Math.min(4096, Number(signature.readBigUInt64LE(20))));
  return header[0] === ENCODED_HEADER && header.includes(AES);
}

/** The names of streams are in the directory, which may lie anywhere; they are written in full. */
async function isEncryptedOffice(content: ByteSource): Promise<boolean> {
  const head = await content.read(0, 512);
  if (head.length < 512 || !head.subarray(0, 8).equals(COMPOUND)) return false;
  const sector = 2 ** Math.min(head.readUInt16LE(0x1e), 12);
  const directory = (head.readUInt32LE(0x30) + 1) * sector;
  const bytes = await content.read(directory, directory + 64 * 1024);
  return OFFICE.some((stream) => bytes.includes(stream));
}

function encryptsMoreThanFonts(text: string): boolean {
  const algorithms = [...text.matchAll(/EncryptionMethod[^>]*Algorithm\s*=\s*["']([^"']*)["']/g)].map(([, uri]) => uri);
  const entries = text.match(/<(?:\w+:)?EncryptedData[\s/>]/g)?.length ?? 0;
  return entries > algorithms.length || algorithms.some((uri = '') => !FONT_OBFUSCATION.test(uri));
}

/** As latin1, without the NULs of UTF-16: only ASCII is looked for. */
async function textOf(content: ByteSource): Promise<string> {
  const bytes = await content.read(0, MANIFEST_BYTES);
  return bytes.toString('latin1').replaceAll('\0', '');
}
