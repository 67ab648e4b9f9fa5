import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { deflateSync, gzipSync } from 'node:zlib';
import { createScanEngine } from '../../functions/adapters/clamav/scan-engine.ts';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { createUnpacking } from '../../functions/adapters/unpacking/unpacking.ts';
import type { FileCopy } from '../../functions/domain/ports.ts';
import { maxUnpackedBytes } from '../../functions/domain/scan-policy.ts';
import { jpeg, png } from '../../local/samples/plain-files.ts';
import { zip } from '../../local/samples/zip-files.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { cachedSignatures } from './engine/cache.ts';
import { WHOLE_SET } from './engine/signatures.ts';
import { median } from './statistics.ts';
import { report, say } from './targets.ts';

/**
 * What looking into files costs beside the engine's own work on the same files: the engine alone and the engine with
 * the contents accounted for, file by file. The contents are read in memory, as in the handlers. The targets are for an
 * engine with one signature, which is as fast as it gets; beside them stand the ratios with as many signatures as the
 * official set has. Medians over all files and rounds, of each file's own ratio.
 */
const FILES = 40;
const MAX_OBJECT_BYTES = 100_000_000;
const MAX_RATIO = 1.1;
const MAX_PDF_MS = 25;

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

interface Cost {
  /** Milliseconds. */
  readonly alone: number;
  readonly with: number;
  readonly ratio: number;
}

async function measure(folder: string, definitions: string, rounds: number): Promise<Record<string, Cost>> {
  const engine = createScanEngine({
    DEFINITIONS_DIRECTORY: definitions,
    CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
    TEST_SIGNATURES: 'allowed',
    MAX_OBJECT_BYTES: String(MAX_OBJECT_BYTES),
  });
  const unpacking = createUnpacking({ parent: folder, maxBytes: maxUnpackedBytes(MAX_OBJECT_BYTES) });
  const scan = ({ path }: FileCopy) => engine.scan(path);
  const accounted = (file: FileCopy) =>
    unpacking.withContents(
      file,
      () => 60_000,
      async ({ whole, parts }) => {
        if (whole) await scan(file);
        for (const path of parts) await scan({ path });
      },
    );
  try {
    await engine.start();
    say(`${FILES} files of each kind, ${rounds} rounds, ${availableParallelism()} processors; medians`);
    const results: Record<string, Cost> = {};
    for (const [kind, make] of Object.entries(KINDS)) {
      const place = join(folder, kind);
      await mkdir(place, { recursive: true });
      const files: FileCopy[] = [];
      for (let index = 0; index < FILES; index += 1) {
        const file = { path: join(place, String(index)), bytes: await make(index) };
        await writeFile(file.path, file.bytes);
        files.push(file);
      }
      const alone: number[] = [];
      const both: number[] = [];
      const ratios: number[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        for (const file of files) {
          // There and back: a file that was just scanned is scanned faster.
          const first = await timed(() => scan(file));
          const withMs = (await timed(() => accounted(file))) + (await timed(() => accounted(file)));
          const engineMs = first + (await timed(() => scan(file)));
          // The first round warms up.
          if (round > 0) {
            alone.push(engineMs / 2);
            both.push(withMs / 2);
            ratios.push(withMs / engineMs);
          }
        }
      }
      const [engineMs, withMs] = [median(alone), median(both)];
      const ratio = median(ratios);
      results[kind] = { alone: engineMs, with: withMs, ratio };
      const text = `engine ${engineMs.toFixed(1)} ms, with contents ${withMs.toFixed(1)} ms: ${ratio.toFixed(2)} times`;
      say(`${kind.padEnd(6)} ${text}`);
    }
    return results;
  } finally {
    await engine.stop();
    await unpacking.close();
  }
}

async function run(wholeSet: string, rounds: number): Promise<void> {
  const folder = createPrivateFolder('bench-contents');
  try {
    const oneSignature = join(folder, 'definitions');
    await writeEicarDefinitions(oneSignature);
    const fast = await measure(folder, oneSignature, rounds);
    for (const [kind, { alone, ratio }] of Object.entries(fast)) {
      const target = kind === 'zip' || kind === 'image' ? { target: { atMost: MAX_RATIO } } : {};
      const reference = { what: 'the engine alone', value: alone, unit: 'ms' };
      report({ name: `${kind}: times the engine alone`, figure: ratio, unit: '', reference, ...target });
    }
    const { alone = 0, with: both = 0 } = fast.pdf ?? {};
    const reference = { what: 'the engine alone', value: alone, unit: 'ms' };
    report({ name: 'pdf: more', figure: both - alone, unit: 'ms', reference, target: { atMost: MAX_PDF_MS } });
    for (const [kind, { alone, ratio }] of Object.entries(await measure(folder, wholeSet, rounds))) {
      const reference = { what: 'the engine alone', value: alone, unit: 'ms' };
      report({ name: `${kind}: the same with all signatures`, figure: ratio, unit: '', reference });
    }
  } finally {
    removePrivateFolder(folder);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { rounds: { type: 'string', default: '3' }, definitions: { type: 'string' } },
});
const wholeSet =
  values.definitions === undefined
    ? await cachedSignatures({ count: WHOLE_SET, onMake: () => say('making the signatures, once') })
    : resolve(values.definitions);
await run(wholeSet, Number(values.rounds));
