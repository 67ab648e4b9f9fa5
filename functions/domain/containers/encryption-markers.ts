import { type ByteSource, piecesOf } from './byte-source.ts';

const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Streams of an Office document under a password; names are compared without case. */
const OFFICE = new Set(['encryptedpackage', 'encryptioninfo']);
/** Of a compound file's directory: a name in UTF-16 that ends with a NUL, its length, a type. */
const ENTRY = { bytes: 128, name: 64, type: 66, stream: 2 } as const;
/** @see https://github.com/ip7z/7zip/blob/main/DOC/7zFormat.txt */
const ENCODED_HEADER = 0x17;
const AES_CODER = Buffer.from('06f10701', 'hex');
/** The longest list of what is encrypted that is read. */
const LIST_BYTES = 1024 * 1024;
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
    return content.size > LIST_BYTES || encryptsMoreThanFonts(textOf(await content.read(0, LIST_BYTES)));
  }
  return false;
}

/** The sectors of the directory may lie anywhere, so that every place of an entry is looked at. */
async function isEncryptedOffice(content: ByteSource): Promise<boolean> {
  if (!(await content.read(0, COMPOUND.length)).equals(COMPOUND)) return false;
  for await (const { bytes } of piecesOf(content)) {
    for (let at = 0; at < bytes.length; at += ENTRY.bytes) {
      if (bytes[at + ENTRY.type] === ENTRY.stream && OFFICE.has(nameIn(bytes, at))) return true;
    }
  }
  return false;
}

function nameIn(directory: Buffer, at: number): string {
  return directory
    .toString('utf16le', at, at + ENTRY.name)
    .replace(/\0.*/s, '')
    .toLowerCase();
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
  for await (const { bytes } of piecesOf(content, { overlap: OVERLAP_BYTES })) {
    if (/<(?:[^\s<>:/]{1,200}:)?encryption-data[\s/>]/.test(textOf(bytes))) return true;
  }
  return false;
}

function encryptsMoreThanFonts(text: string): boolean {
  const algorithms = [...text.matchAll(/EncryptionMethod[^>]*Algorithm\s*=\s*["']([^"']*)["']/g)].map(([, uri]) => uri);
  const entries = text.match(/<(?:[^\s<>:/]{1,200}:)?EncryptedData[\s/>]/g)?.length ?? 0;
  return entries > algorithms.length || algorithms.some((uri = '') => !FONT_OBFUSCATION.test(uri));
}

/** As latin1, without the NULs of UTF-16: only ASCII is looked for. */
function textOf(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll('\0', '');
}
