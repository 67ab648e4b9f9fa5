import { crc32, deflateSync } from 'node:zlib';

/** A one-page PDF with a correct cross-reference table. CLEAN as `.pdf`. */
export function pdf(text = 'Hello'): Buffer {
  const content = `BT /F1 24 Tf 72 720 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + trailer, 'latin1');
}

/** Truncated in the middle of its objects. CLEAN as `.pdf`: broken is not dangerous. */
export const truncatedPdf = (): Buffer => pdf().subarray(0, 200);

/** One red pixel. CLEAN as `.png`. */
export function png(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
  };
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.from('00000001000000010802000000', 'hex')),
    chunk('IDAT', deflateSync(Buffer.from([0, 255, 0, 0]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** One grey pixel, baseline. CLEAN as `.jpg`, `.jpeg`, `.JPG`. */
export const jpeg = (): Buffer =>
  Buffer.concat([
    Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb004300', 'hex'),
    Buffer.alloc(64, 1),
    Buffer.from('ffc0000b080001000101011100ffc40014000100000000000000000000000000000000', 'hex'),
    Buffer.from('ffc40014100100000000000000000000000000000000ffda0008010100003f0037ffd9', 'hex'),
  ]);

/** One transparent pixel. CLEAN as `.gif`. */
export const gif = (): Buffer =>
  Buffer.from('47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b', 'hex');

/** Four silent MPEG-1 layer III frames behind an ID3v2 tag. CLEAN as `.mp3`. */
export function mp3(): Buffer {
  const frame = Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(413)]);
  return Buffer.concat([Buffer.from('49443303000000000000', 'hex'), frame, frame, frame, frame]);
}

/** The first two boxes of an MP4. CLEAN as `.mp4`. */
export const mp4 = (): Buffer =>
  Buffer.concat([
    uint32(24),
    Buffer.from('ftypisom'),
    uint32(512),
    Buffer.from('isomiso2'),
    uint32(16),
    Buffer.from('mdat'),
    Buffer.alloc(8),
  ]);

/** Plain text formats, CLEAN under their extension. */
export const text = (): Buffer => Buffer.from('Grüße aus dem Lager, alles in Ordnung.\n');
export const csv = (): Buffer => Buffer.from('id,name\n1,Ada\n2,Grace\n');
export const json = (): Buffer => Buffer.from('{"id":1,"name":"Ada"}\n');
export const utf16Text = (): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße\r\n', 'utf16le')]);

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
