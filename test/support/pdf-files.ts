import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { rc4 } from '../../functions/domain/containers/pdf/rc4-decoder.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** An object's text, and its data where it is a stream. */
export type PdfObject = string | { readonly dictionary: string; readonly data: Buffer };

/** Encrypts the data of an object. */
export type Encrypt = (number: number, data: Buffer) => Buffer;

/** A PDF of these objects, numbered from 1, the first of them its catalog. */
export function pdfOf(objects: readonly PdfObject[], trailer = '', encrypt: Encrypt = (_, data) => data): Buffer {
  let file = latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(file.length);
    file = Buffer.concat([
      file,
      latin1(`${index + 1} 0 obj\n`),
      body(object, index + 1, encrypt),
      latin1('\nendobj\n'),
    ]);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<</Size ${size}/Root 1 0 R${trailer}>>\n`;
  return Buffer.concat([file, latin1(`${end}startxref\n${file.length}\n%%EOF\n`)]);
}

function body(object: PdfObject, number: number, encrypt: Encrypt): Buffer {
  if (typeof object === 'string') return latin1(object);
  const data = encrypt(number, object.data);
  const length = object.dictionary.includes('/Length') ? '' : `/Length ${data.length}`;
  return Buffer.concat([latin1(`<<${object.dictionary}${length}>>\nstream\n`), data, latin1('\nendstream')]);
}

/** An honest small document, and one stream more. */
export function pdfWith(
  dictionary: string,
  data: Buffer,
  trailer = '',
  encrypt?: Encrypt,
  extra: PdfObject[] = [],
): Buffer {
  const objects: PdfObject[] = [
    '<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.bin)5 0 R]>>>>>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>',
    { dictionary: `/Type/EmbeddedFile${dictionary}`, data },
    '<</Type/Filespec/F(a.bin)/EF<</F 4 0 R>>>>',
    ...extra,
  ];
  return pdfOf(objects, trailer, encrypt);
}

/** Codes of 9 bits only: the table is cleared before it is full. */
export function lzwOf(data: Buffer): Buffer {
  const codes = [...data].flatMap((byte, index) => (index % 200 === 0 ? [256, byte] : [byte]));
  return bitsOf([...codes, 257].map((code) => code.toString(2).padStart(9, '0')).join(''));
}

/** LZW as writers do it, with codes of up to 12 bits. */
export function lzwGrowing(data: Buffer, earlyChange: 0 | 1): Buffer {
  let bits = '';
  let codes = new Map<string, number>();
  let next = 258;
  const reset = () => {
    codes = new Map(Array.from({ length: 256 }, (_, code) => [String.fromCharCode(code), code]));
    next = 258;
  };
  const emit = (code: number) => {
    const grown = next - 1 + earlyChange;
    const width = grown >= 2048 ? 12 : grown >= 1024 ? 11 : grown >= 512 ? 10 : 9;
    bits += code.toString(2).padStart(width, '0');
  };
  reset();
  bits += (256).toString(2).padStart(9, '0');
  let word = '';
  let first = true;
  for (const byte of data) {
    const longer = word + String.fromCharCode(byte);
    if (codes.has(longer)) {
      word = longer;
      continue;
    }
    if (first) {
      next = 259;
      emit(codes.get(word) ?? 0);
      next = 258;
      first = false;
    } else emit(codes.get(word) ?? 0);
    codes.set(longer, next++);
    if (next === 4094) {
      emit(256);
      reset();
      first = true;
    }
    word = String.fromCharCode(byte);
  }
  emit(codes.get(word) ?? 0);
  next++;
  emit(257);
  return bitsOf(bits);
}

const bitsOf = (bits: string): Buffer =>
  Buffer.from(bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)) ?? []);

export function ascii85Of(data: Buffer): Buffer {
  let text = '';
  for (let at = 0; at < data.length; at += 4) {
    const length = Math.min(4, data.length - at);
    let value = 0;
    for (let index = 0; index < 4; index++) value = value * 256 + (data[at + index] ?? 0);
    const digits = [4, 3, 2, 1, 0].map((power) => String.fromCharCode(33 + (Math.floor(value / 85 ** power) % 85)));
    text += length === 4 && value === 0 ? 'z' : digits.slice(0, length + 1).join('');
  }
  return latin1(`${text}~>`);
}

export const hexOf = (data: Buffer): Buffer => latin1(`${data.toString('hex')}>`);

export function runLengthOf(data: Buffer): Buffer {
  const runs: Buffer[] = [];
  for (let at = 0; at < data.length; at += 128) {
    const run = data.subarray(at, at + 128);
    runs.push(Buffer.from([run.length - 1]), run);
  }
  return Buffer.concat([...runs, Buffer.from([0x80])]);
}

/** PNG's prediction, every row of another type. */
export function pngRows(data: Buffer, columns: number): Buffer {
  const rows: Buffer[] = [];
  let up: Buffer = Buffer.alloc(columns);
  for (let at = 0, type = 0; at < data.length; at += columns, type = (type + 1) % 5) {
    const row = data.subarray(at, at + columns);
    const coded = row.map((byte, index) => {
      const left = row[index - 1] ?? 0;
      const above = up[index] ?? 0;
      const corner = index === 0 ? 0 : (up[index - 1] ?? 0);
      const guess = left + above - corner;
      const nearest = [left, above, corner].toSorted((a, b) => Math.abs(guess - a) - Math.abs(guess - b))[0] ?? 0;
      return byte - ([0, left, above, (left + above) >> 1, nearest][type] ?? 0);
    });
    rows.push(Buffer.from([type]), Buffer.from(coded));
    up = row;
  }
  return Buffer.concat(rows);
}

export const pngPredicted = (data: Buffer, columns = 64): Buffer => deflateSync(pngRows(data, columns));
export const PNG_PREDICTOR = '/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 64>>';

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const ID = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const md5 = (...parts: Buffer[]) => createHash('md5').update(Buffer.concat(parts)).digest();
const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const padded = (password: string) => Buffer.concat([latin1(password), PADDING]).subarray(0, 32);
const hex = (bytes: Buffer) => `<${bytes.toString('hex')}>`;

export type Security = 'rc4-40' | 'rc4-128' | 'aes-128' | 'aes-256';

/** An encrypted PDF: trailer entries, and how its streams are encrypted. AES-256 is that of revision 5. */
export function security(kind: Security, userPassword: string): { trailer: string; encrypt: Encrypt } {
  const id = `/ID[${hex(ID)}${hex(ID)}]`;
  if (kind === 'aes-256') {
    const [validation, keySalt, key] = [randomBytes(8), randomBytes(8), randomBytes(32)];
    const password = latin1(userPassword);
    const user = Buffer.concat([sha256(password, validation), validation, keySalt]);
    const cipher = createCipheriv('aes-256-cbc', sha256(password, keySalt), Buffer.alloc(16)).setAutoPadding(false);
    const userKey = cipher.update(key);
    const filters = '/CF<</StdCF<</CFM/AESV3/AuthEvent/DocOpen/Length 32>>>>/StmF/StdCF/StrF/StdCF';
    const keys = `/O${hex(randomBytes(48))}/OE${hex(randomBytes(32))}/U${hex(user)}/UE${hex(userKey)}`;
    const trailer = `/Encrypt<</Filter/Standard/V 5/R 5/Length 256/P -1852${filters}${keys}/Perms${hex(randomBytes(16))}>>${id}`;
    return { trailer, encrypt: (_, data) => aes('aes-256-cbc', key, data) };
  }
  const revision = kind === 'rc4-40' ? 2 : kind === 'rc4-128' ? 3 : 4;
  const length = revision === 2 ? 5 : 16;
  const owner = randomBytes(32);
  const rights = Buffer.alloc(4);
  rights.writeInt32LE(-1852);
  let key = md5(padded(userPassword), owner, rights, ID);
  for (let round = 0; revision >= 3 && round < 50; round++) key = md5(key.subarray(0, length));
  key = key.subarray(0, length);
  let user = revision === 2 ? rc4(key, PADDING) : rc4(key, md5(PADDING, ID));
  for (let round = 1; revision >= 3 && round < 20; round++)
    user = rc4(Buffer.from(key.map((byte) => byte ^ round)), user);
  const version = { 2: '/V 1', 3: '/V 2/Length 128', 4: '/V 4/Length 128' }[revision];
  const filters = revision === 4 ? '/CF<</StdCF<</CFM/AESV2/AuthEvent/DocOpen/Length 16>>>>/StmF/StdCF/StrF/StdCF' : '';
  const entries = `${version}/R ${revision}/P -1852${filters}/O${hex(owner)}/U${hex(Buffer.concat([user, Buffer.alloc(32)]).subarray(0, 32))}`;
  const encrypt: Encrypt = (number, data) => {
    const name = Buffer.from([number, 0, 0, 0, 0]);
    const own = md5(key, name, ...(revision === 4 ? [latin1('sAlT')] : [])).subarray(0, Math.min(16, length + 5));
    return revision === 4 ? aes('aes-128-cbc', own, data) : rc4(own, data);
  };
  return { trailer: `/Encrypt<</Filter/Standard${entries}>>${id}`, encrypt };
}

function aes(name: string, key: Buffer, data: Buffer): Buffer {
  const vector = randomBytes(16);
  const cipher = createCipheriv(name, key, vector);
  return Buffer.concat([vector, cipher.update(data), cipher.final()]);
}
