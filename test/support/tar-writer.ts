export interface TarWriterEntry {
  readonly name?: string | Buffer;
  readonly content?: Buffer | string;
  /** One character; a regular file when not given. */
  readonly type?: string;
  /** The whole field, in place of the content's length in octal. */
  readonly size?: string | Buffer;
  readonly magic?: string;
  /** Changes the header after all else; the checksum is made to fit unless `checksum` is given. */
  readonly edit?: (header: Buffer) => void;
  readonly checksum?: (sum: number) => string | Buffer;
}

export const TAR_END = Buffer.alloc(1024);

/** A tar, without the end unless `end` is given. */
export function writeTar(entries: readonly TarWriterEntry[], end: Buffer = TAR_END): Buffer {
  return Buffer.concat([...entries.flatMap((entry) => [header(entry), padded(Buffer.from(entry.content ?? ''))]), end]);
}

/** One record of a pax header. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = rest.length + String(rest.length + 2).length;
  return `${length}${rest}`;
}

function header({ name = 'a', content = '', type = '0', size, magic = 'ustar\x0000', edit, checksum }: TarWriterEntry) {
  const bytes = Buffer.alloc(512);
  Buffer.from(name).copy(bytes, 0, 0, 100);
  bytes.write('0000644\0', 100, 'latin1');
  Buffer.from(size ?? `${Buffer.from(content).length.toString(8).padStart(11, '0')}\0`).copy(bytes, 124, 0, 12);
  bytes.write(type, 156, 'latin1');
  bytes.write(magic, 257, 'latin1');
  edit?.(bytes);
  bytes.fill(' ', 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  const written = checksum?.(sum) ?? `${sum.toString(8).padStart(6, '0')}\0 `;
  Buffer.from(written).copy(bytes, 148, 0, 8);
  return bytes;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
