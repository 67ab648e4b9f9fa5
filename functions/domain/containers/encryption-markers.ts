import type { ByteSource } from './byte-source.ts';

const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Names of the streams of an Office document under a password. */
const OFFICE = [Buffer.from('EncryptedPackage', 'utf16le'), Buffer.from('EncryptionInfo', 'utf16le')];
/** @see https://github.com/ip7z/7zip/blob/main/DOC/7zFormat.txt */
const ENCODED_HEADER = 0x17;
const AES_CODER = Buffer.from('06f10701', 'hex');
const MANIFEST_BYTES = 1024 * 1024;
const OVERLAP_BYTES = 1024;
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
  if (name === null) return (await isEncryptedOffice(content)) || (await isEncrypted7z(content));
  if (/^META-INF\/manifest\.xml$/i.test(name)) return holdsEncryptionData(content);
  if (/^META-INF\/encryption\.xml$/i.test(name)) {
    return content.size > MANIFEST_BYTES || encryptsMoreThanFonts(await textOf(content, 0));
  }
  return false;
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

/** A header that is packed with AES: 7-Zip cannot say so in WebAssembly, where it has no exceptions. */
export async function isEncrypted7z(content: ByteSource): Promise<boolean> {
  const head = await content.read(0, 32);
  if (head.length < 32 || head.toString('latin1', 0, 6) !== '7z\xbc\xaf\x27\x1c') return false;
  const start = 32 + Number(head.readBigUInt64LE(12));
  const header = await content.read(start, start + Math.min(4096, Number(head.readBigUInt64LE(20))));
  return header[0] === ENCODED_HEADER && header.includes(AES_CODER);
}

/** A manifest of any length, in parts that overlap by more than the element's name. */
async function holdsEncryptionData(content: ByteSource): Promise<boolean> {
  for (let start = 0; start < content.size; start += MANIFEST_BYTES) {
    const text = await textOf(content, start);
    if (/<(?:[^\s<>:/]{1,200}:)?encryption-data[\s/>]/.test(text)) return true;
  }
  return false;
}

function encryptsMoreThanFonts(text: string): boolean {
  const algorithms = [...text.matchAll(/EncryptionMethod[^>]*Algorithm\s*=\s*["']([^"']*)["']/g)].map(([, uri]) => uri);
  const entries = text.match(/<(?:[^\s<>:/]{1,200}:)?EncryptedData[\s/>]/g)?.length ?? 0;
  return entries > algorithms.length || algorithms.some((uri = '') => !FONT_OBFUSCATION.test(uri));
}

/** As latin1, without the NULs of UTF-16: only ASCII is looked for. */
async function textOf(content: ByteSource, start: number): Promise<string> {
  const bytes = await content.read(start, start + MANIFEST_BYTES + OVERLAP_BYTES);
  return bytes.toString('latin1').replaceAll('\0', '');
}
