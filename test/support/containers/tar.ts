/** A header of tar and what follows it. */
export interface TarEntry {
  readonly name?: string | Buffer;
  readonly content?: Buffer;
  readonly type?: string;
  /** Bytes 124 to 136, where another than the content's length in octal. */
  readonly size?: Buffer | number;
  readonly link?: string;
  readonly magic?: string;
  /** Any other field: offset and bytes. */
  readonly fields?: readonly (readonly [number, Buffer | string])[];
  readonly wrongChecksum?: boolean;
}

export const USTAR = 'ustar\x0000';
export const GNU = 'ustar  \x00';
export const V7 = '\0'.repeat(8);

const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;

/** One entry: its header, and its content up to the next block. */
export function tarEntry({ name = 'file', content = Buffer.alloc(0), type = '0', ...more }: TarEntry): Buffer {
  const { size = content.length, link = '', magic = USTAR, fields = [], wrongChecksum = false } = more;
  const header = Buffer.alloc(512);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  if (typeof size === 'number') header.write(octal(size, 11), 124);
  else size.copy(header, 124);
  header.write(octal(1_700_000_000, 11), 136);
  header.write(type, 156, 'latin1');
  header.write(link, 157);
  header.write(magic, 257, 'latin1');
  for (const [at, bytes] of fields) Buffer.from(bytes).copy(header, at);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, wrongChecksum ? 1 : 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

export const TAR_END = Buffer.alloc(1024);

/** With its end, padded to a record. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const bytes = Buffer.concat([...entries.map(tarEntry), TAR_END]);
  return Buffer.concat([bytes, Buffer.alloc((10_240 - (bytes.length % 10_240)) % 10_240)]);
}

export const plainTar = (name: string, content: Buffer): Buffer => tarOf([{ name, content }]);

/** A record of a pax header, with its own length in front. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

export const pax = (records: Readonly<Record<string, string>>, type = 'x'): TarEntry => ({
  name: 'PaxHeader',
  type,
  content: Buffer.from(
    Object.entries(records)
      .map(([key, value]) => paxRecord(key, value))
      .join(''),
  ),
});
