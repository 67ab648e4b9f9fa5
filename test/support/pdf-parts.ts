import { readPdf } from '../../functions/adapters/unpacking/pdf/pdf-streams.ts';
import type { Decoded } from '../../functions/adapters/unpacking/pdf/stream-reader.ts';
import { memorySource } from '../../functions/domain/containers/byte-source.ts';
import { overLimit, Unaccounted } from '../../functions/domain/containers/unaccounted.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** An unpacker's memory, with a limit for each source. */
const decodedInMemory: Decoded = async (decode) => {
  const chunks: Buffer[] = [];
  let size = 0;
  await decode({
    async write(bytes) {
      size += bytes.length;
      if (size > MAX_BYTES) throw overLimit('size');
      if (bytes.length > 0) chunks.push(Buffer.from(bytes));
    },
  });
  return memorySource(Buffer.concat(chunks));
};

export interface Parts {
  readonly contents: { readonly bytes: Buffer; readonly reached: boolean }[];
  readonly findings: string[];
}

/** Everything that is read of a PDF. */
export async function partsOf(pdf: Buffer): Promise<Parts> {
  const parts: Parts = { contents: [], findings: [] };
  try {
    for await (const part of (await readPdf(memorySource(pdf), decodedInMemory)).parts()) {
      if ('problem' in part) parts.findings.push(part.problem.finding);
      else parts.contents.push({ bytes: await part.content.read(0, part.content.size), reached: part.reached });
    }
  } catch (fault) {
    if (!(fault instanceof Unaccounted)) throw fault;
    parts.findings.push(fault.finding);
  }
  return parts;
}

export const encryptionOf = async (pdf: Buffer) => (await readPdf(memorySource(pdf), decodedInMemory)).encryption;
