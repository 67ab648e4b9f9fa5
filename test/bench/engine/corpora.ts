import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { eicar } from '../../../local/samples/eicar.ts';
import { mp4 } from '../../../local/samples/plain-files.ts';
import { seededRandom } from '../random.ts';
import { ARCHIVES, DOCUMENTS, type Maker } from './documents.ts';
import { Noise } from './noise.ts';

export interface CorpusSize {
  readonly count: number;
  /** Bytes of the smallest and the largest; each order of magnitude is as likely as the next. */
  readonly bytes: readonly [smallest: number, largest: number];
}

/** Every kind of file in turn, as real files on disk. */
async function writeFiles(
  folder: string,
  makers: Readonly<Record<string, Maker>>,
  { count, bytes: [smallest, largest] }: CorpusSize,
  seed: number,
): Promise<void> {
  await mkdir(folder);
  const random = seededRandom(seed);
  const kinds = Object.entries(makers);
  for (let index = 0; index < count; index += 1) {
    const [extension, make] = kinds[index % kinds.length] ?? ['', () => Buffer.alloc(0)];
    const bytes = Math.round(smallest * (largest / smallest) ** random());
    await writeFile(join(folder, `file-${index}.${extension}`), await make(bytes, seed * 100_000 + index));
  }
}

/** The last of them is EICAR, so that a scan that finds nothing shows. */
export async function writeDocuments(folder: string, size: CorpusSize, seed = 1): Promise<void> {
  await writeFiles(folder, DOCUMENTS, { ...size, count: size.count - 1 }, seed);
  await writeFile(join(folder, 'eicar.txt'), eicar());
}

const LARGE_DOCUMENTS = ['docx', 'pdf', 'jpg', 'png', 'csv', 'zip'] as const;

export const writeLargerDocuments = (folder: string, size: CorpusSize, seed = 2): Promise<void> =>
  writeFiles(folder, Object.fromEntries(LARGE_DOCUMENTS.map((kind) => [kind, DOCUMENTS[kind] as Maker])), size, seed);

export const writeArchives = (folder: string, size: CorpusSize, seed = 3): Promise<void> =>
  writeFiles(folder, ARCHIVES, size, seed);

const CHUNK_BYTES = 4 * 1024 * 1024;

/** A film: its head, and data that does not compress. */
export async function writeFilm(folder: string, bytes: number, seed = 4): Promise<string> {
  await mkdir(folder);
  const path = join(folder, 'film.mp4');
  const noise = new Noise(seed);
  async function* film() {
    const head = mp4();
    yield head;
    for (let left = bytes - head.length; left > 0; left -= CHUNK_BYTES) yield noise.bytes(Math.min(CHUNK_BYTES, left));
  }
  await pipeline(Readable.from(film()), createWriteStream(path));
  return path;
}
