import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';
import { type Random, seededRandom } from '../random.ts';
import { Noise } from './noise.ts';

/** Part of the cache's name: another number, another set. */
export const GENERATOR_VERSION = 1;

/**
 * As many signatures as the official set has (3.6 million, November 2026), by kind roughly as there. They are chance, at
 * least eight bytes in a row, and so match nothing.
 */
export const WHOLE_SET = 3_600_000;
const BODY = 60_000;
const LOGICAL = 60_000;
/** Of files by MD5 and by SHA-256, and of sections of programs by MD5. */
const HASHES = WHOLE_SET - BODY - LOGICAL;
/** Of body and logical signatures. */
const ABOUT_PROGRAMS = 0.9;
const PROGRAMS = 1;
/** Any file, OLE, HTML, mail, images, ELF, text, PDF: the types that clamd knows by number. */
const OTHERS = [0, 2, 3, 4, 5, 6, 7, 10] as const;
/** Those whose text clamd makes lower case before it looks. */
const IN_LOWER_CASE: readonly number[] = [3, 7];
const LINES_AT_ONCE = 10_000;

type Line = (index: number, random: Random, noise: Noise) => string;

/** Each size as likely in its order of magnitude, 1 KB to 5 MB: real ones are mostly small. */
const sizeOf = (random: Random) => Math.floor(1000 * 5000 ** random());
const targetOf = (index: number, random: Random) =>
  index % 10 < ABOUT_PROGRAMS * 10 ? PROGRAMS : (OTHERS[Math.floor(random() * OTHERS.length)] ?? 0);

function pattern(bytes: number, target: number, noise: Noise): string {
  const random = noise.bytes(bytes);
  if (!IN_LOWER_CASE.includes(target)) return random.toString('hex');
  return Buffer.from(random.map((byte) => 97 + (byte % 26))).toString('hex');
}

/** Most are plain; some have a gap, some a byte that may be any. */
function body(target: number, random: Random, noise: Noise): string {
  const first = pattern(12 + Math.floor(random() * 28), target, noise);
  const kind = random();
  if (kind < 0.7) return first;
  const second = pattern(8 + Math.floor(random() * 16), target, noise);
  return kind < 0.85 ? `${first}{-${20 + Math.floor(random() * 200)}}${second}` : `${first}??${second}`;
}

interface SignatureFile {
  /** Of the whole set. */
  readonly count: number;
  readonly line: Line;
}

const FILES: Readonly<Record<string, SignatureFile>> = {
  'files.hdb': {
    count: 0.15 * HASHES,
    line: (index, random, noise) =>
      `${noise.bytes(16).toString('hex')}:${sizeOf(random)}:Bench.Malware.Generated.File-${index}-0`,
  },
  'files.hsb': {
    count: 0.55 * HASHES,
    line: (index, random, noise) =>
      `${noise.bytes(32).toString('hex')}:${sizeOf(random)}:Bench.Malware.Generated.File256-${index}-0`,
  },
  'sections.mdb': {
    count: 0.3 * HASHES,
    line: (index, random, noise) =>
      `${sizeOf(random)}:${noise.bytes(16).toString('hex')}:Bench.Malware.Generated.Section-${index}-0`,
  },
  'body.ndb': {
    count: BODY,
    line(index, random, noise) {
      const target = targetOf(index, random);
      return `Bench.Body-${index}:${target}:*:${body(target, random, noise)}`;
    },
  },
  'logical.ldb': {
    count: LOGICAL,
    line(index, random, noise) {
      const target = targetOf(index, random);
      const parts = Array.from({ length: 2 + Math.floor(random() * 4) }, () => body(target, random, noise));
      const condition = parts.map((_, part) => part).join(random() < 0.8 ? '&' : '|');
      return `Bench.Logical-${index};Engine:51-255,Target:${target};${condition};${parts.join(';')}`;
    },
  },
};

/**
 * Writes a set of that many signatures, and EICAR's, into a folder that exists.
 * @returns how many there are of each file
 */
export async function writeSignatures(
  folder: string,
  count: number = WHOLE_SET,
  seed = 1,
): Promise<Readonly<Record<string, number>>> {
  await writeEicarDefinitions(folder);
  const written: Record<string, number> = {};
  for (const [file, { count: ofAll, line }] of Object.entries(FILES)) {
    written[file] = Math.round((ofAll * count) / WHOLE_SET);
    await writeLines(join(folder, file), written[file], line, seededRandom(seed), new Noise(`${seed} ${file}`));
  }
  return written;
}

async function writeLines(path: string, count: number, line: Line, random: Random, noise: Noise): Promise<void> {
  const stream = createWriteStream(path);
  for (let from = 0; from < count; from += LINES_AT_ONCE) {
    const length = Math.min(LINES_AT_ONCE, count - from);
    const lines = Array.from({ length }, (_, index) => `${line(from + index, random, noise)}\n`);
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}
