import { createHash } from 'node:crypto';

/** Fresh names and bytes for one case: the same for the same seed, whatever other cases ask for. */
export interface Sample {
  readonly seed: string;
  /** What the signature of this run finds, wherever it stands. */
  readonly token: Buffer;
  /** Text around the token. Compressed, it does not show the token. */
  readonly malware: Buffer;
  /** The shortest malware: one line. */
  readonly line: Buffer;
  /** Harmless text. */
  readonly good: Buffer;
  /** Random bytes, which nothing compresses. */
  bytes(count: number): Buffer;
  /** A whole number from `min` to `max`. */
  number(min: number, max: number): number;
  /** A file name with this extension. */
  name(extension: string): string;
}

export const newSeed = (): string =>
  process.env.CONTAINER_SEED ??
  createHash('sha256').update(`${process.hrtime.bigint()}${process.pid}`).digest('hex').slice(0, 12);

/** 40 characters of base 16: no bytes that a packer or a text reader treats in its own way. */
export const tokenOf = (seed: string): Buffer => Buffer.from(`TOKEN-${random(seed, 'token', 20).toString('hex')}`);

export function sampleOf(seed: string, name: string): Sample {
  const token = tokenOf(seed);
  let asked = 0;
  const bytes = (count: number) => random(seed, `${name}/${asked++}`, count);
  const number = (min: number, max: number) => min + (bytes(4).readUInt32LE() % (max - min + 1));
  const word = () => Array.from(bytes(number(2, 9)), (byte) => String.fromCharCode(97 + (byte % 26))).join('');
  const text = (words: number) => Buffer.from(`${Array.from({ length: words }, word).join(' ')}\n`);
  return {
    seed,
    token,
    malware: Buffer.concat([text(number(20, 60)), token, text(number(20, 60))]),
    line: Buffer.concat([text(3), token, text(3)]),
    good: text(number(50, 200)),
    bytes,
    number,
    name: (extension) => `${word()}-${word()}.${extension}`,
  };
}

const random = (seed: string, question: string, count: number): Buffer =>
  count === 0
    ? Buffer.alloc(0)
    : createHash('shake256', { outputLength: count }).update(`${seed}/${question}`).digest();
