import type { BitReader } from './bit-reader.ts';
import { type Block, CodedBlock, StoredBlock } from './blocks.ts';
import { Broken } from './broken.ts';
import { type HuffmanCode, huffmanCode } from './huffman-code.ts';

/** In this order a block says how long the codes are in which it says how long its own codes are. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const times = (count: number, length: number) => Array<number>(count).fill(length);
const FIXED_LITERALS = huffmanCode([...times(144, 8), ...times(112, 9), ...times(24, 7), ...times(8, 8)]);
const FIXED_DISTANCES = huffmanCode(times(30, 5));

/**
 * Reads what stands before a block's data, behind the bit that says whether it is the last block.
 *
 * @throws Broken
 * @see https://www.rfc-editor.org/rfc/rfc1951#section-3.2.3
 */
export function readBlockHeader(bits: BitReader): Block {
  const type = bits.take(2);
  if (type === 0) return storedBlock(bits);
  if (type === 1) return new CodedBlock(FIXED_LITERALS, FIXED_DISTANCES);
  if (type === 2) return dynamicBlock(bits);
  throw new Broken();
}

function storedBlock(bits: BitReader): Block {
  bits.align();
  const length = bits.take(16);
  if (bits.take(16) !== (length ^ 0xffff)) throw new Broken();
  return new StoredBlock(length);
}

function dynamicBlock(bits: BitReader): Block {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const codes = bits.take(4) + 4;
  if (literals > 286 || distances > 30) throw new Broken();
  const codeLengths = times(ORDER.length, 0);
  for (const symbol of ORDER.slice(0, codes)) codeLengths[symbol] = bits.take(3);
  const lengths = readLengths(bits, huffmanCode(codeLengths), literals + distances);
  return new CodedBlock(huffmanCode(lengths.slice(0, literals)), huffmanCode(lengths.slice(literals)));
}

/** Three symbols repeat: the length before, or none, a few or many times. */
function readLengths(bits: BitReader, code: HuffmanCode, count: number): number[] {
  const lengths: number[] = [];
  while (lengths.length < count) {
    const symbol = bits.symbol(code);
    const before = lengths.at(-1);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 17) lengths.push(...times(3 + bits.take(3), 0));
    else if (symbol === 18) lengths.push(...times(11 + bits.take(7), 0));
    else if (before === undefined) throw new Broken();
    else lengths.push(...times(3 + bits.take(2), before));
  }
  if (lengths.length > count) throw new Broken();
  return lengths;
}
