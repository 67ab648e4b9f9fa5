import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';

/**
 * As many signatures as the official set has (3.6 million, November 2026), by kind roughly as there: most are hashes, the
 * rest are patterns, and most of these for programs. They match nothing.
 */
const KINDS = [
  {
    file: 'hashes.hdb',
    count: 3_000_000,
    line: (hex: string, index: number) => `${hex}:${1000 + (index % 5_000_000)}:H${index}`,
  },
  { file: 'programs.ndb', count: 500_000, line: (hex: string, index: number) => `P${index}:1:*:${hex}` },
  { file: 'any.ndb', count: 100_000, line: (hex: string, index: number) => `A${index}:0:*:${hex}` },
] as const;

export async function writeSyntheticSignatures(folder: string, share = 1): Promise<number> {
  await mkdir(folder, { recursive: true });
  await writeEicarDefinitions(folder);
  let state = 1n;
  const hex = () => {
    // Knuth's generator: any bytes do, as long as they differ.
    let text = '';
    for (let word = 0; word < 2; word += 1) {
      state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
      text += state.toString(16).padStart(16, '0');
    }
    return text;
  };
  let written = 0;
  for (const { file, count, line } of KINDS) {
    const stream = createWriteStream(join(folder, file));
    for (let index = 0; index < count * share; ) {
      const lines: string[] = [];
      for (let end = index + 10_000; index < end; index += 1) lines.push(line(hex(), index));
      written += lines.length;
      if (!stream.write(`${lines.join('\n')}\n`)) await once(stream, 'drain');
    }
    stream.end();
    await once(stream, 'close');
  }
  return written;
}
