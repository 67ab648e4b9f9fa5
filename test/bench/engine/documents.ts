import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { jpeg } from '../../../local/samples/plain-files.ts';
import { docxWith, mailWith, odtWith, xlsxWith } from '../../support/containers/documents.ts';
import { pack } from '../../support/containers/seven-zip.ts';
import { tarOf } from '../../support/containers/tar.ts';
import { type ZipMember, zipOf } from '../../support/containers/zip.ts';
import { pdfOf } from '../../support/pdf-files.ts';
import { type Random, seededRandom } from '../random.ts';
import { Noise, prose } from './noise.ts';

/** One file: about as many bytes as asked for, which are the same for the same seed. */
export type Maker = (bytes: number, seed: number) => Buffer | Promise<Buffer>;

/** What text of that many bytes is before it is compressed. */
const TEXT_RATIO = 2.5;
const text = (bytes: number, random: Random) => Buffer.from(`${prose(bytes, random)}\n`);

const paragraphs = (bytes: number, random: Random, tag: string) =>
  prose(bytes, random)
    .split('\n')
    .map((line) => `<${tag}>${line}</${tag}>`)
    .join('');

/** A document that is pictures for the larger part, as large ones are. */
function pictures(bytes: number, seed: number): Record<string, Buffer> {
  const count = Math.max(1, Math.round(bytes / 400_000));
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `word/media/image${index + 1}.jpg`,
      photo(Math.floor(bytes / count), 1000 * seed + index),
    ]),
  );
}

const PNG = '<Default Extension="jpg" ContentType="image/jpeg"/>';

function docx(bytes: number, seed: number): Buffer {
  const random = seededRandom(seed);
  const share = bytes > 100_000 ? 0.8 : 0.3;
  const words = paragraphs(bytes * (1 - share) * TEXT_RATIO, random, 'w:t');
  const body = `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${words}</w:body></w:document>`;
  return docxWith({ 'word/document.xml': body, ...pictures(bytes * share, seed) }, PNG);
}

function xlsx(bytes: number, seed: number): Buffer {
  const random = seededRandom(seed);
  const rows: string[] = [];
  for (let length = 0; length < bytes * 4; ) {
    const cells = Array.from({ length: 8 }, () => `<c><v>${Math.floor(random() * 1e6) / 100}</v></c>`).join('');
    rows.push(`<row>${cells}</row>`);
    length += cells.length;
  }
  const sheet = `<?xml version="1.0"?><worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`;
  return xlsxWith({ 'xl/worksheets/sheet1.xml': sheet });
}

const odt = (bytes: number, seed: number): Buffer =>
  odtWith(
    Buffer.from(
      `<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">${paragraphs(bytes, seededRandom(seed), 'text:p')}</office:document-content>`,
    ),
    'manifest:',
    false,
  );

/** Pages of text; large ones with scanned pages. */
function pdf(bytes: number, seed: number): Buffer {
  const random = seededRandom(seed);
  const isScanned = bytes > 100_000;
  const pages = Math.max(1, Math.round(bytes / (isScanned ? 200_000 : 6000)));
  const each = bytes / pages;
  const streams = Array.from({ length: pages }, (_, page) => {
    if (isScanned) {
      return { dictionary: '/Type/XObject/Subtype/Image/Filter/DCTDecode', data: photo(each, 1000 * seed + page) };
    }
    const lines = prose(each * TEXT_RATIO, random).split('\n');
    const shown = `BT /F1 10 Tf 50 780 Td ${lines.map((line) => `(${line}) Tj 0 -12 Td`).join('\n')} ET`;
    return { dictionary: '/Filter/FlateDecode', data: deflateSync(shown) };
  });
  const FIRST = 4;
  const kids = streams.map((_, page) => `${FIRST + 2 * page} 0 R`).join(' ');
  return pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${pages}>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    ...streams.flatMap((stream, page) => [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${FIRST + 2 * page + 1} 0 R/Resources<</Font<</F1 3 0 R>>>>>>`,
      stream,
    ]),
  ]);
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** Rows of chance, in color: compressed as little as a photograph. */
function png(bytes: number, seed: number): Buffer {
  const width = Math.max(1, Math.round(Math.sqrt(bytes / 3)));
  const noise = new Noise(seed);
  const rows = Array.from({ length: width }, () => Buffer.concat([Buffer.from([0]), noise.bytes(3 * width)]));
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
  };
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.concat([uint32(width), uint32(width), Buffer.from('0802000000', 'hex')])),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A JPEG's head, then data without markers, as its encoder leaves it. */
function photo(bytes: number, seed: number): Buffer {
  const data = new Noise(seed).bytes(Math.max(0, Math.floor(bytes) - 150)).map((byte) => (byte === 0xff ? 0xfe : byte));
  return Buffer.concat([jpeg().subarray(0, -2), data, Buffer.from('ffd9', 'hex')]);
}

function csv(bytes: number, seed: number): Buffer {
  const random = seededRandom(seed);
  const rows = ['id,name,amount,paid'];
  for (let length = 0; length < bytes; length += 40) {
    const name = prose(1, random).split(' ').slice(0, 2).join(' ');
    rows.push(`${rows.length},${name},${Math.floor(random() * 1e6) / 100},${random() < 0.5 ? 'yes' : 'no'}`);
  }
  return Buffer.from(`${rows.join('\n')}\n`.slice(0, Math.max(bytes, 30)));
}

function json(bytes: number, seed: number): Buffer {
  const random = seededRandom(seed);
  const rows: object[] = [];
  for (let length = 0; length < bytes; length += 110) {
    rows.push({ id: rows.length, text: prose(60, random), value: random() });
  }
  return Buffer.from(JSON.stringify(rows));
}

const html = (bytes: number, seed: number): Buffer =>
  Buffer.from(
    `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Report</title></head><body>${paragraphs(bytes, seededRandom(seed), 'p')}</body></html>\n`,
  );

const mail = (bytes: number, seed: number): Buffer => mailWith('report.pdf', pdf(bytes * 0.73, seed));

/** Documents of several kinds, as people pack them. */
function packed(bytes: number, seed: number): Record<string, Buffer> {
  const each = Math.max(500, bytes / 8);
  const random = seededRandom(seed);
  return {
    'readme.txt': text(each, random),
    'table.csv': csv(each, seed),
    'photo.jpg': photo(2 * each, seed),
    'letter.docx': docx(2 * each, seed),
    'page.pdf': pdf(2 * each, seed),
  };
}

const members = (files: Record<string, Buffer>): ZipMember[] =>
  Object.entries(files).map(([name, content]) => ({ name, content }));
const tarOfFiles = (files: Record<string, Buffer>) =>
  tarOf(Object.entries(files).map(([name, content]) => ({ name, content })));

export const DOCUMENTS: Readonly<Record<string, Maker>> = {
  docx,
  pdf,
  jpg: photo,
  xlsx,
  txt: (bytes, seed) => text(bytes, seededRandom(seed)),
  png,
  csv,
  eml: mail,
  odt,
  json,
  html,
  zip: (bytes, seed) => zipOf(members(packed(bytes, seed))),
};

export const ARCHIVES: Readonly<Record<string, Maker>> = {
  zip: (bytes, seed) => zipOf(members(packed(bytes, seed))),
  'tar.gz': (bytes, seed) => gzipSync(tarOfFiles(packed(bytes, seed))),
  '7z': (bytes, seed) => pack('7z', packed(bytes, seed)),
};
