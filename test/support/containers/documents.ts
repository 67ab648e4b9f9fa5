import { deflateSync } from 'node:zlib';
import { pack } from './seven-zip.ts';
import { u16, u32, zipOf } from './zip.ts';

/** Documents that are containers, and what carries a container without being one. */

const NONE = 0xffffffff;
const END = 0xfffffffe;
const SECTOR = 512;
const MINI = 64;
const SMALL = 4096;

/**
 * A compound file (OLE) of these streams, all in its root; short ones in the stream of small sectors, as everywhere.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
 */
export function compoundFile(streams: Readonly<Record<string, Buffer>>): Buffer {
  const fat: number[] = [];
  const data: Buffer[] = [];
  const store = (bytes: Buffer): number => {
    const count = Math.max(1, Math.ceil(bytes.length / SECTOR));
    const start = fat.length;
    for (let index = 1; index <= count; index += 1) fat.push(index === count ? END : start + index);
    data.push(bytes, Buffer.alloc(count * SECTOR - bytes.length));
    return start;
  };
  const miniFat: number[] = [];
  const small: Buffer[] = [];
  const starts = Object.values(streams).map((bytes) => {
    if (bytes.length >= SMALL) return store(bytes);
    const start = miniFat.length;
    const count = Math.max(1, Math.ceil(bytes.length / MINI));
    for (let index = 1; index <= count; index += 1) miniFat.push(index === count ? END : start + index);
    small.push(bytes, Buffer.alloc(count * MINI - bytes.length));
    return start;
  });
  const mini = Buffer.concat(small);
  const miniStart = mini.length === 0 ? END : store(mini);
  const padded = Buffer.alloc(Math.max(1, Math.ceil((miniFat.length * 4) / SECTOR)) * SECTOR, 0xff);
  u32(...miniFat).copy(padded);
  const miniFatStart = mini.length === 0 ? END : store(padded);

  const names = Object.keys(streams);
  const order = names
    .map((name, index) => ({ name, index }))
    .toSorted((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  const entries = [directoryEntry('Root Entry', 5, names.length > 0 ? 1 : NONE, NONE, miniStart, mini.length)];
  order.forEach(({ name, index }, at) => {
    const bytes = streams[name] as Buffer;
    entries.push(
      directoryEntry(name, 2, NONE, at + 1 < order.length ? at + 2 : NONE, starts[index] as number, bytes.length),
    );
  });
  const directory = store(Buffer.concat(entries));
  const fatSectors = Math.ceil((fat.length + 1) / 127);
  const fatStart = fat.length;
  for (let index = 0; index < fatSectors; index += 1) fat.push(0xfffffffd);
  const table = Buffer.alloc(fatSectors * SECTOR, 0xff);
  u32(...fat).copy(table);
  const header = Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(16),
    u16(0x3e, 3, 0xfffe, 9, 6),
    Buffer.alloc(6),
    u32(0, fatSectors, directory, 0, SMALL, miniFatStart, mini.length === 0 ? 0 : padded.length / SECTOR, END, 0),
    u32(...Array.from({ length: 109 }, (_, index) => (index < fatSectors ? fatStart + index : NONE))),
  ]);
  return Buffer.concat([header, ...data, table]);
}

function directoryEntry(name: string, type: number, child: number, right: number, start: number, size: number): Buffer {
  const text = Buffer.from(`${name}\0`, 'utf16le');
  return Buffer.concat([
    text,
    Buffer.alloc(64 - text.length),
    u16(text.length),
    Buffer.from([type, 1]),
    u32(NONE, right, child),
    Buffer.alloc(36),
    u32(start, size, 0),
  ]);
}

/** What Office keeps an attached file in. */
export function packagedFile(name: string, content: Buffer): Buffer {
  const path = Buffer.from(`C:\\Users\\a\\${name}\0`);
  const native = Buffer.concat([
    u16(2),
    Buffer.from(`${name}\0`),
    path,
    u16(0, 3),
    u32(path.length),
    path,
    u32(content.length),
    content,
  ]);
  return Buffer.concat([u32(native.length), native]);
}

export const olePackage = (name: string, content: Buffer): Buffer =>
  compoundFile({ '\x01CompObj': Buffer.alloc(80, 1), '\x01Ole10Native': packagedFile(name, content) });

const TYPES = (more = '') =>
  `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${more}<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/';
const RELATIONS =
  '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>';
const DOCUMENT =
  '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>';

/** The relationships of a part, with one of this type. */
export const relationTo = (type: string, target: string, mode = ' TargetMode="External"'): string =>
  RELATIONS.replace(
    /Type="[^"]*\/officeDocument" Target="[^"]*"/,
    () => `Type="${OFFICE}${type}" Target="${target}"${mode}`,
  );

/** A Word document with further parts, which may need content types. */
export function docxWith(parts: Readonly<Record<string, Buffer | string>>, types = ''): Buffer {
  const all = {
    '[Content_Types].xml': TYPES(types),
    '_rels/.rels': RELATIONS,
    'word/document.xml': DOCUMENT,
    ...parts,
  };
  return partsOf(all);
}

/** A workbook, with a content type for each part that is not plain XML. */
export const xlsxWith = (parts: Readonly<Record<string, string>>): Buffer =>
  partsOf({ '[Content_Types].xml': WORKBOOK_TYPES, 'xl/workbook.xml': '<w/>', ...parts });

const partsOf = (parts: Readonly<Record<string, Buffer | string>>): Buffer =>
  zipOf(Object.entries(parts).map(([name, content]) => ({ name, content: Buffer.from(content as string) })));

const WORKBOOK_TYPES =
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>';

const MANIFEST = 'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0';

/** An OpenDocument text; encrypted, its manifest says so for each part. */
export function odtWith(content: Buffer, prefix = 'manifest:', encrypted = true): Buffer {
  const attribute = prefix === '' ? 'manifest:' : prefix;
  const data = encrypted ? `<${prefix}encryption-data ${attribute}checksum="AAAA"/>` : '';
  const manifest = `<?xml version="1.0"?><${prefix}manifest xmlns${prefix === '' ? '' : `:${prefix.slice(0, -1)}`}="${MANIFEST}"><${prefix}file-entry ${attribute}full-path="content.xml">${data}</${prefix}file-entry></${prefix}manifest>`;
  return zipOf([
    { name: 'mimetype', content: Buffer.from('application/vnd.oasis.opendocument.text'), method: 0 },
    { name: 'content.xml', content, method: 0 },
    { name: 'META-INF/manifest.xml', content: Buffer.from(manifest) },
  ]);
}

/** An EPUB whose `encryption.xml` names these algorithms. */
export function epubWith(algorithms: readonly string[], content: Buffer): Buffer {
  const entries = algorithms.map(
    (algorithm) =>
      `<enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/><enc:CipherData><enc:CipherReference URI="OEBPS/a.otf"/></enc:CipherData></enc:EncryptedData>`,
  );
  const encryption = `<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">${entries.join('')}</encryption>`;
  return zipOf([
    { name: 'mimetype', content: Buffer.from('application/epub+zip'), method: 0 },
    { name: 'META-INF/container.xml', content: Buffer.from('<container/>') },
    { name: 'META-INF/encryption.xml', content: Buffer.from(encryption) },
    { name: 'OEBPS/a.otf', content },
  ]);
}

/** A PDF with one attachment, by FlateDecode, and further entries in its catalog. */
export function pdfWith(attachment: Buffer, catalog = ''): Buffer {
  const data = deflateSync(attachment);
  const objects = [
    `<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.bin) 5 0 R]>>>>${catalog}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>',
    Buffer.concat([
      Buffer.from(`<</Type/EmbeddedFile/Filter/FlateDecode/Length ${data.length}>>\nstream\n`),
      data,
      Buffer.from('\nendstream'),
    ]),
    '<</Type/Filespec/F(a.bin)/EF<</F 4 0 R>>>>',
  ];
  const parts = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  let position = parts[0]?.length ?? 0;
  const offsets: number[] = [];
  objects.forEach((object, index) => {
    const bytes = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]);
    offsets.push(position);
    position += bytes.length;
    parts.push(bytes);
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n${position}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(trailer)]);
}

/** Beginnings of files that are no containers, and that end by themselves. */
export const HOSTS: Readonly<Record<string, () => Buffer>> = {
  jpeg: () => Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb004300ffd9', 'hex'),
  png: () =>
    Buffer.from(
      '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082',
      'hex',
    ),
  gif: () =>
    Buffer.from('4749463839610100010080000000000000ffffff21f90401000000002c00000000010001000002024401003b', 'hex'),
  bmp: () =>
    Buffer.from(
      '424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000ffffff00',
      'hex',
    ),
  wav: () =>
    Buffer.concat([
      Buffer.from('RIFF'),
      u32(44),
      Buffer.from('WAVEfmt '),
      u32(16),
      u16(1, 1),
      u32(8000, 8000),
      u16(1, 8),
      Buffer.from('data'),
      u32(8),
      Buffer.alloc(8, 0x80),
    ]),
  webp: () => Buffer.from('524946461a000000574542505650384c0d0000002f00000010071011118888fe0700', 'hex'),
  mp4: () =>
    Buffer.from('000000186674797069736f6d0000020069736f6d6d703432000000086672656500000008', 'hex').subarray(0, 32),
  mp3: () => Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\0'), Buffer.from('fffb9000', 'hex'), Buffer.alloc(413)]),
  ogg: () => Buffer.concat([Buffer.from('OggS\0\x06'), Buffer.alloc(20), Buffer.from([1, 0])]),
  flac: () => Buffer.concat([Buffer.from('fLaC\x80\0\0\x22', 'latin1'), Buffer.alloc(34)]),
  tiff: () => Buffer.concat([Buffer.from('II*\0'), u32(8), u16(0), u32(0)]),
  text: () => Buffer.from('Dear reader,\nnothing else is in here.\n'),
  html: () => Buffer.from('<!doctype html><html><body>Nothing</body></html>\n'),
  rtf: () => Buffer.from('{\\rtf1\\ansi Nothing}\n'),
  pdf: () => pdfWith(Buffer.from('nothing')),
};

/** Just enough of a program for Linux. */
export function elf(): Buffer {
  const bytes = Buffer.alloc(120);
  Buffer.from('7f454c4602010100', 'hex').copy(bytes);
  u16(2, 0x3e).copy(bytes, 16);
  u32(1).copy(bytes, 20);
  bytes.writeBigUInt64LE(0x400078n, 24);
  bytes.writeBigUInt64LE(64n, 32);
  u16(64, 56, 1, 64, 0, 0).copy(bytes, 52);
  u32(1, 5).copy(bytes, 64);
  bytes.writeBigUInt64LE(0x400000n, 80);
  bytes.writeBigUInt64LE(0x400000n, 88);
  bytes.writeBigUInt64LE(120n, 96);
  bytes.writeBigUInt64LE(120n, 104);
  bytes.writeBigUInt64LE(4096n, 112);
  return bytes;
}

/** Just enough of a program for Windows. */
export function pe(): Buffer {
  const bytes = Buffer.alloc(1024);
  bytes.write('MZ');
  bytes.writeUInt32LE(64, 60);
  bytes.write('PE\0\0', 64);
  u16(0x14c, 1).copy(bytes, 68);
  u16(0xe0, 0x102).copy(bytes, 84);
  u16(0x10b).copy(bytes, 88);
  u32(512, 0, 0, 0x1000, 0x1000, 0x2000, 0x400000, 0x1000, 512).copy(bytes, 92);
  u16(4, 0, 0, 0, 4, 0).copy(bytes, 128);
  u32(0, 0x2000, 512, 0).copy(bytes, 140);
  u16(3, 0).copy(bytes, 156);
  u32(0x100000, 0x1000, 0x100000, 0x1000, 0, 16).copy(bytes, 160);
  bytes.write('.text', 312);
  u32(512, 0x1000, 512, 512).copy(bytes, 320);
  u32(0x60000020).copy(bytes, 348);
  bytes[512] = 0xc3;
  return bytes;
}

/** A mail with one attachment in base64. */
export function mailWith(name: string, attachment: Buffer): Buffer {
  const lines = attachment.toString('base64').match(/.{1,76}/g) ?? [];
  return Buffer.from(
    [
      'From: a@example.com',
      'To: b@example.com',
      'Subject: x',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      `Content-Type: application/octet-stream; name="${name}"`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment; filename="${name}"`,
      '',
      ...lines,
      '',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

/** A wim of one file, by 7-Zip. */
export const wim = (name: string, content: Buffer): Promise<Buffer> => pack('wim', { [name]: content });
