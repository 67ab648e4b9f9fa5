import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { ZipFile } from 'yazl';

/** Entry name -> content; each entry deflated unless `compress` is false. */
export async function zip(entries: Readonly<Record<string, Buffer | string>>, compress = true): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(entries)) file.addBuffer(Buffer.from(content), name, { compress });
  file.end();
  return collect(file.outputStream);
}

/**
 * `innermost` inside `depth` zips. REJECTED or UNSCANNABLE beyond the engine's `MaxRecursion`, otherwise like its
 * content.
 */
export async function nestedZip(depth: number, innermost: Buffer, name = 'content.bin'): Promise<Buffer> {
  let content = innermost;
  let inner = name;
  for (let level = 1; level <= depth; level += 1) {
    content = await zip({ [inner]: content });
    inner = `level-${level}.zip`;
  }
  return content;
}

/** A zip that is truncated in its only entry: no central directory. Still `application/zip` by its head. */
export async function corruptZip(): Promise<Buffer> {
  const whole = await zip({ 'note.txt': 'all is well, but not for long' }, false);
  return whole.subarray(0, 45);
}

/**
 * One entry with the traditional PKWARE cipher; the only maintained npm package for it has 3 MB. UNSCANNABLE
 * encrypted (`Heuristics.Encrypted.Zip` under `AlertEncrypted yes`).
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 6.1
 */
export function encryptedZip(
  content: Buffer | string = 'a secret',
  password = 'infected',
  name = 'secret.txt',
): Buffer {
  const plain = Buffer.from(content);
  const check = crc32(plain);
  // Twelve bytes of salt come first; the last one is the checksum's high byte, with which a reader checks the password.
  const data = encrypt(Buffer.concat([Buffer.alloc(11, 0x5a), Buffer.from([check >>> 24]), plain]), password);
  const fileName = Buffer.from(name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0); // version needed
  fields.writeUInt16LE(1, 2); // flag: encrypted
  fields.writeUInt32LE(0x5a21_0000, 6); // 2025-01-01 00:00
  fields.writeUInt32LE(check, 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(plain.length, 18);
  fields.writeUInt16LE(fileName.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, fileName, data]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, Buffer.alloc(14), fileName]);
  return Buffer.concat([local, central, endOfDirectory(1, central.length, local.length)]);
}

/**
 * Writes a zip of `entries` files of `entryBytes` zeros each, without overlap: 1,024 x 10 MiB is 10 MiB on disk and
 * 10 GiB unpacked. Fast, because the block is compressed only once. UNSCANNABLE limits-exceeded.
 */
export async function writeZipBomb(path: string, entries = 1024, entryBytes = 10 * 1024 * 1024): Promise<void> {
  await pipeline(Readable.from(zipBomb(entries, entryBytes)), createWriteStream(path));
}

export function* zipBomb(entries = 1024, entryBytes = 10 * 1024 * 1024): Generator<Buffer> {
  const plain = Buffer.alloc(entryBytes);
  const data = deflateRawSync(plain, { level: 9 });
  const check = crc32(plain);
  const directory: Buffer[] = [];
  let offset = 0;
  for (let index = 0; index < entries; index += 1) {
    const name = Buffer.from(`zeros-${index}.txt`);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4); // deflated
    fields.writeUInt32LE(0x5a21_0000, 6);
    fields.writeUInt32LE(check, 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(entryBytes, 18);
    fields.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, tail, name]));
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, data]);
    offset += local.length;
    yield local;
  }
  const central = Buffer.concat(directory);
  yield central;
  yield endOfDirectory(entries, central.length, offset);
}

function endOfDirectory(entries: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return end;
}

function encrypt(plain: Buffer, password: string): Buffer {
  const keys = { a: 0x12345678, b: 0x23456789, c: 0x34567890 };
  const update = (byte: number) => {
    keys.a = crcStep(keys.a, byte);
    keys.b = (Math.imul(keys.b + (keys.a & 0xff), 134775813) + 1) >>> 0;
    keys.c = crcStep(keys.c, keys.b >>> 24);
  };
  for (const byte of Buffer.from(password)) update(byte);
  return plain.map((byte) => {
    const low = (keys.c | 2) & 0xffff;
    update(byte);
    return byte ^ ((Math.imul(low, low ^ 1) >>> 8) & 0xff);
  }) as Buffer;
}

/** One step of CRC-32 without the inversions that zlib adds around it. */
const crcStep = (value: number, byte: number): number => ~crc32(Buffer.from([byte]), ~value >>> 0) >>> 0;

async function collect(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
