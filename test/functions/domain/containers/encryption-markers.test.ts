import { describe, expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { encryptionMarker, isEncrypted7z } from '../../../../functions/domain/containers/encryption-markers.ts';

const MEGABYTE = 1024 * 1024;
const marked = (name: string | null, content: string | Buffer) =>
  encryptionMarker(name, memorySource(Buffer.from(content)));
const method = (uri: string) => `<EncryptedData><EncryptionMethod Algorithm="${uri}"/></EncryptedData>`;
const FONTS = method('http://www.idpf.org/2008/embedding');

it.each<[boolean, string, string | Buffer]>([
  [true, 'META-INF/manifest.xml', '<manifest:encryption-data checksum="x">'],
  [true, 'meta-inf/MANIFEST.XML', '<encryption-data/>'],
  [true, 'META-INF/manifest.xml', '<encryption-data>'],
  [true, 'META-INF/manifest.xml', '<encryption-data\n>'],
  [true, 'META-INF/manifest.xml', '<my-own.ns:encryption-data>'],
  [true, 'META-INF/manifest.xml', Buffer.from('<encryption-data>', 'utf16le')],
  [false, 'META-INF/manifest.xml', '<manifest:encryption-database>'],
  [false, 'META-INF/manifest.xml', '<manifest:file-entry/><!-- encryption-data -->'],
  [false, 'META-INF/manifest.xml', '<no encryption-data>'],
  [false, 'META-INF/manifest.xml', '<a:b:encryption-data>'],
  [false, 'META-INF/manifest.xml', '<:encryption-data>'],
  [false, 'META-INF/other.xml', '<encryption-data>'],
  [false, 'x/META-INF/manifest.xml', '<encryption-data>'],
  [false, 'META-INF/manifest.xml.old', '<encryption-data>'],
  [false, 'META-INF/manifest-xml', '<encryption-data>'],
  [true, 'META-INF/encryption.xml', method('http://www.w3.org/2001/04/xmlenc#aes128-cbc')],
  [true, 'meta-inf/Encryption.XML', method('urn:any')],
  [true, 'META-INF/encryption.xml', '<enc:EncryptedData></enc:EncryptedData>'],
  [true, 'META-INF/encryption.xml', '<EncryptedData/>'],
  [true, 'META-INF/encryption.xml', `${FONTS}${method('urn:other')}`],
  [true, 'META-INF/encryption.xml', `${FONTS}<e:EncryptedData Id="1">`],
  [true, 'META-INF/encryption.xml', method('http://www.idpf.org/2008/embedding#other')],
  [true, 'META-INF/encryption.xml', method('x-http://www.idpf.org/2008/embedding')],
  [true, 'META-INF/encryption.xml', "<EncryptionMethod\nId='x' Algorithm = 'urn:other'/>"],
  [false, 'META-INF/encryption.xml', FONTS],
  [false, 'META-INF/encryption.xml', FONTS.replace('Algorithm=', 'Id="x"\n  Algorithm  =  ').replaceAll('"', "'")],
  [false, 'META-INF/encryption.xml', Buffer.from(FONTS, 'utf16le')],
  [false, 'META-INF/encryption.xml', method('http://ns.adobe.com/pdf/enc#RC')],
  [false, 'META-INF/encryption.xml', FONTS.replace('<Encrypted', '<my-own.ns:Encrypted')],
  [false, 'META-INF/encryption.xml', '<encryption><EncryptedDatabase/></encryption>'],
  [false, 'x/META-INF/encryption.xml', method('urn:other')],
  [false, 'META-INF/encryption.xml.old', method('urn:other')],
  [false, 'META-INF/encryption-xml', method('urn:other')],
])('encrypted: %s: %s: %s', async (expected, name, content) => {
  expect(await marked(name, content)).toBe(expected);
});

it('reads a manifest of any length', async () => {
  const name = 'META-INF/manifest.xml';
  for (const before of [MEGABYTE - 5, MEGABYTE, 2 * MEGABYTE - 1]) {
    const manifest = Buffer.concat([Buffer.alloc(before, ' '), Buffer.from('<a:encryption-data>')]);
    expect(await marked(name, manifest)).toBe(true);
  }
  expect(await marked(name, Buffer.alloc(3 * MEGABYTE, ' '))).toBe(false);
});

it('takes a list of what is encrypted that is too long to read for one of more than fonts', async () => {
  const list = (length: number) => Buffer.concat([Buffer.from(FONTS), Buffer.alloc(length - FONTS.length, ' ')]);
  expect(await marked('META-INF/encryption.xml', list(MEGABYTE))).toBe(false);
  expect(await marked('META-INF/encryption.xml', list(MEGABYTE + 1))).toBe(true);
});

describe('an Office document', () => {
  /** A compound file with one entry of its directory at this place. */
  function compound(at: number, name: string, type = 2, size = at + 128): Buffer {
    const file = Buffer.alloc(size);
    Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file);
    file.write(`${name}\0left from before`, at, 64, 'utf16le');
    file.writeUInt16LE(2 * name.length + 2, at + 64);
    file[at + 66] = type;
    return file;
  }

  it.each<[boolean, string]>([
    [true, 'EncryptedPackage'],
    [true, 'EncryptionInfo'],
    [true, 'ENCRYPTEDPACKAGE'],
    [false, 'WordDocument'],
    [false, 'EncryptedPackage2'],
    [false, ''],
  ])('is under a password: %s: %j', async (expected, name) => {
    expect(await marked(null, compound(1024 + 128, name))).toBe(expected);
  });

  it('is under a password wherever in the file the directory is', async () => {
    for (const at of [512, MEGABYTE - 128, MEGABYTE, 3 * MEGABYTE]) {
      expect(await marked(null, compound(at, 'EncryptedPackage'))).toBe(true);
    }
    expect(await marked(null, compound(512, 'EncryptedPackage', 2, 512 + 67))).toBe(true);
  });

  it('is not where the name is that of a folder or in the text, or where the file is none', async () => {
    expect(await marked(null, compound(512, 'EncryptedPackage', 1))).toBe(false);
    expect(await marked(null, compound(512 + 2, 'EncryptedPackage'))).toBe(false);
    const other = compound(512, 'EncryptedPackage');
    other[7] = 0;
    expect(await marked(null, other)).toBe(false);
    expect(await marked('a.docx', compound(512, 'EncryptedPackage'))).toBe(false);
    expect(await marked(null, '')).toBe(false);
  });
});

describe('a 7z', () => {
  /** Content, and the header that it has behind it. */
  function seven(header: string, { offset = 2, length = header.length / 2 } = {}): Buffer {
    const head = Buffer.alloc(32);
    head.write('7z\xbc\xaf\x27\x1c', 'latin1');
    head.writeBigUInt64LE(BigInt(offset), 12);
    head.writeBigUInt64LE(BigInt(length), 20);
    return Buffer.concat([head, Buffer.alloc(offset, 0xee), Buffer.from(header, 'hex')]);
  }

  it.each<[boolean, string, Buffer]>([
    [true, 'packed with AES', seven('1706f10701')],
    [true, 'of which AES comes later', seven(`17${'00'.repeat(4000)}06f10701`)],
    [false, 'packed otherwise', seven('1706f10702')],
    [false, 'that is not packed', seven('0106f10701')],
    [false, 'that ends before', seven('1706f10701', { length: 4 })],
    [false, 'that is not there', seven('', { length: 5 })],
    [false, 'elsewhere', Buffer.concat([seven('1706f10701').subarray(0, 32), Buffer.from('1706f10701', 'hex')])],
    [false, 'that is cut off', seven('1706f10701').subarray(0, 31)],
  ])('has a header under a password: %s: %s', async (expected, _, bytes) => {
    expect(await isEncrypted7z(memorySource(bytes))).toBe(expected);
    expect(await marked(null, bytes)).toBe(expected);
  });

  it('has its magic number', async () => {
    const other = seven('1706f10701');
    other[5] = 0;
    expect(await isEncrypted7z(memorySource(other))).toBe(false);
  });

  it('may say any place and any length of its header', async () => {
    const file = seven('1706f10701');
    file.fill(0xff, 12, 20);
    expect(await isEncrypted7z(memorySource(file))).toBe(false);
    file.fill(0, 12, 20).writeBigUInt64LE(2n, 12);
    file.fill(0xff, 20, 28);
    expect(await isEncrypted7z(memorySource(file))).toBe(true);
  });
});
