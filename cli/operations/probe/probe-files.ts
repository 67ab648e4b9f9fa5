import { crc32 } from 'node:zlib';

/** A kind of file that the probe can be: one without anything in it, and one with EICAR in it. */
export interface ProbeFile {
  readonly extension: string;
  readonly mediaType: string;
  readonly clean: () => Buffer;
  readonly infected: () => Buffer;
}

/** The industry's harmless test file. Put together at run time, so that no scanner blocks this source. */
const eicar = (): string => ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST', '-FILE!$H+H*'].join('');

const HARMLESS = 'airlock doctor: nothing to find here\n';

/** The first that a bucket accepts is taken. */
export const PROBE_FILES: readonly ProbeFile[] = [
  {
    extension: 'txt',
    mediaType: 'text/plain',
    clean: () => Buffer.from(HARMLESS),
    infected: () => Buffer.from(eicar()),
  },
  {
    extension: 'pdf',
    mediaType: 'application/pdf',
    clean: () => pdf(HARMLESS.trim()),
    infected: () => pdf(HARMLESS.trim(), eicar()),
  },
  {
    extension: 'zip',
    mediaType: 'application/zip',
    clean: () => zip('nothing.txt', HARMLESS),
    infected: () => zip('eicar.txt', eicar()),
  },
];

/** One page with a line of text, and perhaps a stream that no page shows. */
function pdf(text: string, hidden?: string): Buffer {
  const stream = (content: string) => `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    stream(`BT /F1 24 Tf 72 720 Td (${text}) Tj ET`),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...(hidden === undefined ? [] : [stream(hidden)]),
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

/** One file, stored. */
function zip(name: string, text: string): Buffer {
  const [file, content] = [Buffer.from(name), Buffer.from(text)];
  // Version, flags, method, time, date (1980-01-01), CRC-32, both sizes, lengths of name and extra field.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(0x21, 8);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, file, content]);
  const entry = Buffer.concat([Buffer.from('504b01021400', 'hex'), common, Buffer.alloc(14), file]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}
