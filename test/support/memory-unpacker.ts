import { crc32 } from 'node:zlib';
import { decodeMember } from '../../functions/adapters/unpacking/decoders.ts';
import { decodeGzip } from '../../functions/adapters/unpacking/gzip.ts';
import { type ByteSource, memorySource } from '../../functions/domain/containers/byte-source.ts';
import type { ContainerFormat } from '../../functions/domain/containers/container-format.ts';
import { unsupported } from '../../functions/domain/containers/unaccounted.ts';
import type { Opened, Unpacker } from '../../functions/domain/containers/unpacker.ts';

export type FakeExtract = (bytes: Buffer, format: ContainerFormat) => Partial<Opened> | Promise<Partial<Opened>>;

/**
 * Unpacks in memory, and remembers what was to be scanned. There is no 7-Zip unless a test plays its part, nor any other
 * reader that a test replaces.
 */
export function memoryUnpacker(extract: FakeExtract = () => ({ opened: false }), instead: Partial<Unpacker> = {}) {
  let scanned: Buffer[] = [];
  const decoded: Buffer[] = [];
  const whole = (source: ByteSource) => source.read(0, source.size);
  async function collect<T>(decode: (sink: { write(bytes: Buffer): Promise<void> }) => Promise<T>) {
    const chunks: Buffer[] = [];
    const result = await decode({ write: async (bytes) => void chunks.push(bytes) });
    const content = Buffer.concat(chunks);
    decoded.push(content);
    return { result, content: memorySource(content) };
  }
  const unpacker = {
    crc32: (bytes, before) => crc32(bytes, before),
    inflate: async (source, member) => (await collect((sink) => decodeMember(source, member, sink))).content,
    async gunzip(source) {
      const { result, content } = await collect((sink) => decodeGzip(source, sink));
      return { content, members: result };
    },
    extract: async (source, format) => ({
      leaves: [],
      problem: null,
      opened: true,
      behind: memorySource(Buffer.alloc(0)),
      ...(await extract(await whole(source), format)),
    }),
    lunzip: async () => {
      throw unsupported('lzip');
    },
    pdfStreams: async () => ({ encryption: 'none', streams: [], parts: async function* () {} }),
    async collect(parts) {
      const chunks: Buffer[] = [];
      for await (const bytes of parts) chunks.push(bytes);
      return memorySource(Buffer.concat(chunks));
    },
    takeTurn: async () => undefined,
    async scan(source) {
      scanned.push(await whole(source));
    },
    async restart() {
      scanned = [];
    },
    ...instead,
  } satisfies Unpacker as Unpacker;
  return { unpacker, scanned: () => scanned, decoded };
}
