/** Numbers in [0, 1) that a seed decides: xorshift32, a few nanoseconds each. */
export type Random = () => number;

const TWO_32 = 2 ** 32;

export function seededRandom(seed: number): Random {
  // Zero would stay zero.
  let state = mixed(seed) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / TWO_32;
  };
}

/** The same number for the same seed and id, in whatever order they are asked for. */
export const randomOf = (seed: number, id: number) => (mixed(mixed(seed) ^ id) >>> 0) / TWO_32;

/** Every bit of the answer depends on every bit of the number (the finalizer of MurmurHash3). */
function mixed(number: number): number {
  let bits = (number + 0x9e37_79b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return bits ^ (bits >>> 16);
}
