import { crc32 } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { findEmbeddedArchive } from '../../../../functions/domain/containers/embedded-archive.ts';
import { encryptionMarker, isEncrypted7z } from '../../../../functions/domain/containers/encryption-markers.ts';
import { seemsToEnd } from '../../../../functions/domain/containers/endless-member.ts';
import { packagedFile } from '../../../../functions/domain/containers/ole-package.ts';
import { descriptor, writeZip } from '../../../support/zip-writer.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const marked = (name: string | null, content: string | Buffer) =>
  encryptionMarker(name, memorySource(Buffer.from(content)));
const method = (uri: string) => `<EncryptedData><EncryptionMethod Algorithm="${uri}"/></EncryptedData>`;

it.each<[boolean, string, string | Buffer]>([
  [true, 'META-INF/manifest.xml', '<manifest:encryption-data checksum="x">'],
  [true, 'meta-inf/MANIFEST.XML', '<encryption-data/>'],
  [true, 'META-INF/manifest.xml', '<my-own.ns:encryption-data>'],
  [true, 'META-INF/manifest.xml', Buffer.from('<encryption-data>', 'utf16le')],
  [false, 'META-INF/manifest.xml', '<manifest:encryption-database>'],
  [false, 'META-INF/other.xml', '<encryption-data>'],
  [false, 'x/META-INF/manifest.xml', '<encryption-data>'],
  [true, 'META-INF/encryption.xml', method('http://www.w3.org/2001/04/xmlenc#aes128-cbc')],
  [true, 'META-INF/encryption.xml', '<enc:EncryptedData></enc:EncryptedData>'],
  [true, 'META-INF/encryption.xml', method('http://www.idpf.org/2008/embedding') + method('urn:other')],
  [false, 'META-INF/encryption.xml', method('http://www.idpf.org/2008/embedding')],
  [false, 'META-INF/encryption.xml', method('http://ns.adobe.com/pdf/enc#RC')],
  [false, 'META-INF/encryption.xml', '<encryption/>'],
])('encrypted: %s: %s', async (expected, name, content) => {
  expect(await marked(name, content)).toBe(expected);
});

it('reads a manifest of any length, and no longer list of what is encrypted', async () => {
  const filler = Buffer.alloc(2 ** 20 - 5, ' ');
  expect(await marked('META-INF/manifest.xml', Buffer.concat([filler, Buffer.from('<a:encryption-data>')]))).toBe(true);
  expect(await marked('META-INF/manifest.xml', Buffer.alloc(3 * 2 ** 20, ' '))).toBe(false);
  expect(await marked('META-INF/encryption.xml', Buffer.alloc(2 ** 20 + 1, ' '))).toBe(true);
});

it.each<[boolean, string]>([
  [true, '1706f10701'],
  [false, '1706f10702'],
  [false, '0106f10701'],
])('the header of a 7z is encrypted: %s: %s', async (expected, hex) => {
  const file = Buffer.concat([latin1('7z\xbc\xaf\x27\x1c'), Buffer.alloc(28), Buffer.from(hex, 'hex')]);
  file.writeBigUInt64LE(2n, 12);
  file.writeBigUInt64LE(5n, 20);
  expect(await isEncrypted7z(memorySource(file))).toBe(expected);
  expect(await isEncrypted7z(memorySource(file.subarray(0, 31)))).toBe(false);
});

it('knows an end of data by the checksum or the length of what stands before it', async () => {
  const good = Buffer.from('good');
  const seems = async (content: Buffer) => {
    const member = { start: 3, compressedSize: content.length } as Parameters<typeof seemsToEnd>[1];
    return seemsToEnd(
      memorySource(Buffer.concat([Buffer.from('xyz'), content, descriptor(content, content.length)])),
      member,
      crc32,
    );
  };
  const end = descriptor(good, 4);
  expect(await seems(Buffer.concat([good, end]))).toBe(true);
  expect(await seems(Buffer.concat([good, end.subarray(0, 8), Buffer.alloc(8)]))).toBe(true);
  expect(await seems(Buffer.concat([Buffer.from('GOOD'), end]))).toBe(true);
  expect(await seems(Buffer.concat([Buffer.from('other'), end]))).toBe(false);
  expect(await seems(Buffer.from('PK\x07\x08 twice PK\x07\x08, and of no sense'))).toBe(false);
  expect(await seems(writeZip([{ content: 'an inner zip' }]))).toBe(false);
  const long = Buffer.alloc(2 ** 20 - 2, 'x');
  expect(await seems(Buffer.concat([long, descriptor(long, 0)]))).toBe(true);
});

const SEVEN = (() => {
  const head = Buffer.concat([latin1('7z\xbc\xaf\x27\x1c\0\x04'), Buffer.alloc(24)]);
  head.writeUInt32LE(crc32(head.subarray(12)), 8);
  return head;
})();
const XZ = (() => {
  const head = Buffer.concat([latin1('\xfd7zXZ\0\0\x04'), Buffer.alloc(4)]);
  head.writeUInt32LE(crc32(head.subarray(6, 8)), 8);
  return head;
})();
const CAB = Buffer.alloc(36);
CAB.write('MSCF');
CAB.set([3, 1], 24);

it.each<[string, Buffer]>([
  ['7z', SEVEN],
  ['xz', XZ],
  ['cab', CAB],
  ['bzip2', latin1('BZh91AY&SY')],
  ['zip', writeZip([{}])],
])('finds %s behind bytes, from where it is looked for', async (name, archive) => {
  const bytes = Buffer.concat([Buffer.alloc(100), archive]);
  const find = (from: number) => findEmbeddedArchive(memorySource(bytes), from, crc32);
  expect(await find(0)).toMatchObject({ name, start: 100 });
  expect(await find(bytes.length - 4)).toBeNull();
});

it.each<[string, Buffer]>([
  ['7z', SEVEN],
  ['xz', XZ],
])('takes a bare magic number for none: %s', async (_, archive) => {
  const bytes = Buffer.from(archive);
  bytes.writeUInt32LE(1, 8);
  expect(await findEmbeddedArchive(memorySource(Buffer.concat([bytes, Buffer.alloc(100)])), 0, crc32)).toBeNull();
});

it('finds one across the border of what is read at once', async () => {
  const at = 4 * 2 ** 20 - 3;
  const bytes = Buffer.concat([Buffer.alloc(at), SEVEN]);
  expect(await findEmbeddedArchive(memorySource(bytes), 0, crc32)).toMatchObject({ start: at });
});

it('takes a file out of its package, and any other stream as it is', async () => {
  const words = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const body = Buffer.concat([
    latin1('\x02\0label\0path\0\0\0\x03\0'),
    words(5),
    latin1('temp\0'),
    words(4),
    latin1('file'),
    latin1('rest'),
  ]);
  const stream = memorySource(Buffer.concat([words(body.length), body]));
  const file = await packagedFile(stream);
  expect((await file.read(0, 100)).toString()).toBe('file');
  const other = memorySource(Buffer.concat([words(body.length + 1), body]));
  expect(await packagedFile(other)).toBe(other);
  const short = memorySource(Buffer.from('short'));
  expect(await packagedFile(short)).toBe(short);
});
