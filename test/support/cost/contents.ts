import { deflateSync } from 'node:zlib';
import type { Content, Size } from '../../../functions/domain/cost/measurement.ts';
import { jpeg, png } from '../../../local/samples/plain-files.ts';
import { zip } from '../../../local/samples/zip-files.ts';

/** Bytes without a pattern, the same each time. */
export function noise(bytes: number, seed = 1): Buffer {
  const buffer = Buffer.alloc(bytes);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < bytes; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    buffer[index] = state & 255;
  }
  return buffer;
}

function table(bytes: number, seed: number): Buffer {
  const numbers = noise(Math.ceil(bytes / 4), seed);
  const rows: string[] = [];
  for (let index = 0, length = 0; length < bytes; index += 1) {
    const row = `${index},customer ${numbers[index % numbers.length]},${numbers.readUInt16LE(index % (numbers.length - 2))}.00,paid\n`;
    rows.push(row);
    length += row.length;
  }
  return Buffer.from(rows.join('').slice(0, bytes));
}

/** Pages as photographs: its streams do not compress. */
function scannedPdf(bytes: number, seed: number): Buffer {
  const page = deflateSync(noise(Math.min(bytes - 300, 500_000), seed), { level: 0 });
  const parts: Buffer[] = [
    Buffer.from('%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n'),
    Buffer.from('2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n'),
  ];
  for (let number = 3, length = 0; length < bytes - page.length / 2; number += 1, length += page.length) {
    const head = `${number} 0 obj\n<</Filter/FlateDecode/Length ${page.length}>>\nstream\n`;
    parts.push(Buffer.from(head), page, Buffer.from('\nendstream\nendobj\n'));
  }
  return Buffer.concat([...parts, Buffer.from('trailer\n<</Size 9/Root 1 0 R>>\n%%EOF\n')]);
}

/** A document with text and pictures, most of it pictures. */
function officeDocument(bytes: number, seed: number): Promise<Buffer> {
  const types =
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
  const pictures = Math.max(1, Math.round(bytes / 250_000));
  const each = Math.floor((bytes * 0.95) / pictures);
  return zip({
    '[Content_Types].xml': types,
    'word/document.xml': `<document>${table(Math.round(bytes / 5), seed).toString()}</document>`,
    ...Object.fromEntries(
      Array.from({ length: pictures }, (_, index) => [
        `word/media/image${index}.png`,
        Buffer.concat([png(), noise(each, 1000 * seed + index)]),
      ]),
    ),
  });
}

export const EXTENSIONS: Readonly<Record<Content, string>> = { text: 'csv', pdf: 'pdf', office: 'docx', photo: 'jpg' };

const MAKERS: Readonly<Record<Content, (bytes: number, seed: number) => Buffer | Promise<Buffer>>> = {
  text: table,
  pdf: scannedPdf,
  office: officeDocument,
  photo: (bytes, seed) => Buffer.concat([jpeg().subarray(0, -2), noise(bytes - 200, seed), Buffer.from('ffd9', 'hex')]),
};

export const BYTES: Readonly<Record<Size, number>> = { '100 KB': 100_000, '1 MB': 1_000_000, '10 MB': 10_000_000 };

/** @param seed another one, other bytes: the engine remembers what it has scanned */
export const contentOf = async (content: Content, size: Size, seed = 1): Promise<Buffer> =>
  MAKERS[content](BYTES[size], seed);
