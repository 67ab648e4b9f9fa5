import type { Decoder } from '../../functions/domain/containers/pdf/decoder.ts';

export interface DecodedPieces {
  readonly content: Buffer;
  readonly consumed: number | null;
}

/** Gives a decoder the bytes in pieces of these sizes, again and again. */
export function decodeInPieces(decoder: Decoder, bytes: Buffer, sizes: readonly number[] = [16_384]): DecodedPieces {
  const out: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    out.push(...decoder.push(bytes.subarray(at, at + size)));
    at += size;
  }
  out.push(...decoder.end());
  return { content: Buffer.concat(out), consumed: decoder.consumed };
}

/** Bits as they are written down, each number from its highest bit, the first one first: `'01 1'`. */
export function bytesOfBits(text: string): Buffer {
  const bits = text.replaceAll(' ', '');
  return Buffer.from(
    (bits.match(/.{1,8}/g) ?? []).map((byte) => [...byte].reduce((sum, bit, index) => sum | (Number(bit) << index), 0)),
  );
}
