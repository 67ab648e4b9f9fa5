import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { createScanEngine } from '../../functions/adapters/clamav/scan-engine.ts';
import { createUnpacking } from '../../functions/adapters/unpacking/unpacking.ts';
import { maxUnpackedBytes } from '../../functions/domain/scan-policy.ts';
import { jpeg, png } from '../../local/samples/plain-files.ts';
import { zip } from '../../local/samples/zip-files.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';

/**
 * What looking into files costs beside the engine's own work on the same files: the engine alone and the engine with
 * the contents accounted for, in turn, file by file. Medians over all files and rounds; ratios hold on any machine.
 */
const FILES = 40;
const MAX_OBJECT_BYTES = 100_000_000;

const words = (bytes: number) =>
  Array.from({ length: bytes / 8 }, () => Math.random().toString(36).slice(2, 9)).join(' ');

const document = (index: number) =>
  zip({
    '[Content_Types].xml': '<Types/>',
    'word/document.xml': `<w:document>${words(20_000 + 1000 * index)}</w:document>`,
    'word/media/image1.png': Buffer.concat([png(), randomBytes(8000)]),
    ...Object.fromEntries(Array.from({ length: 10 }, (_, part) => [`word/part${part}.xml`, `<x>${words(1000)}</x>`])),
  });

function pdf(index: number): Buffer {
  const streams = Array.from({ length: 8 }, (_, page) => deflateSync(words(2000 + 100 * (index + page))));
  const objects = streams.map((data, number) =>
    Buffer.concat([
      Buffer.from(`${number + 4} 0 obj\n<</Filter/FlateDecode/Length ${data.length}>>\nstream\n`),
      data,
      Buffer.from('\nendstream\nendobj\n'),
    ]),
  );
  const head =
    '%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n';
  return Buffer.concat([Buffer.from(head), ...objects, Buffer.from('trailer\n<</Size 12/Root 1 0 R>>\n%%EOF\n')]);
}

const KINDS: Readonly<Record<string, (index: number) => Buffer | Promise<Buffer>>> = {
  zip: document,
  image: (index) => Buffer.concat([jpeg(), randomBytes(20_000 + 1000 * index)]),
  pdf,
  text: (index) => Buffer.from(words(20_000 + 1000 * index)),
  gzip: (index) => gzipSync(words(20_000 + 1000 * index)),
};

async function run(rounds = '5'): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-contents-'));
  await writeEicarDefinitions(join(folder, 'definitions'));
  const engine = createScanEngine({
    DEFINITIONS_DIRECTORY: join(folder, 'definitions'),
    CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
    TEST_SIGNATURES: 'allowed',
    MAX_OBJECT_BYTES: String(MAX_OBJECT_BYTES),
  });
  const unpacking = createUnpacking({ parent: folder, maxBytes: maxUnpackedBytes(MAX_OBJECT_BYTES) });
  const scan = (path: string) => engine.scan(path);
  const accounted = (path: string) =>
    unpacking.withContents(
      { path },
      () => 60_000,
      async ({ whole, parts }) => {
        for (const part of whole ? [path, ...parts] : parts) await scan(part);
      },
    );
  try {
    await engine.start();
    say(`${FILES} files of each kind, ${rounds} rounds, ${availableParallelism()} processors; medians`);
    const results: Record<string, { alone: number; with: number }> = {};
    for (const [kind, make] of Object.entries(KINDS)) {
      const place = join(folder, kind);
      await mkdir(place);
      const paths: string[] = [];
      for (let index = 0; index < FILES; index += 1) {
        paths.push(join(place, String(index)));
        await writeFile(paths[index] ?? '', await make(index));
      }
      const alone: number[] = [];
      const both: number[] = [];
      for (let round = 0; round <= Number(rounds); round += 1) {
        for (const path of paths) {
          const first = await timed(() => scan(path));
          const second = await timed(() => accounted(path));
          // The first round warms up.
          if (round > 0) {
            alone.push(first);
            both.push(second);
          }
        }
      }
      const [engineMs, withMs] = [median(alone), median(both)];
      results[kind] = { alone: engineMs, with: withMs };
      const ratio = (withMs / engineMs).toFixed(2);
      say(`${kind.padEnd(6)} engine ${engineMs.toFixed(1)} ms, with contents ${withMs.toFixed(1)} ms: ${ratio} times`);
    }
    const ratio = (kind: string) => (results[kind]?.with ?? 0) / (results[kind]?.alone ?? 1);
    const checks: readonly (readonly [string, boolean])[] = [
      ['zip: at most 10 % more', ratio('zip') <= 1.1],
      ['image: at most 10 % more', ratio('image') <= 1.1],
      ['pdf: at most 25 ms more', (results.pdf?.with ?? 0) - (results.pdf?.alone ?? 0) <= 25],
    ];
    for (const [text, holds] of checks) say(`${holds ? 'ok  ' : 'FAIL'} ${text}`);
    return checks.every(([, holds]) => holds);
  } finally {
    await engine.stop();
    await unpacking.close();
    await rm(folder, { recursive: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const say = (text: string) => void process.stdout.write(`  ${text}\n`);

if (!(await run(process.argv[2]))) process.exitCode = 1;
