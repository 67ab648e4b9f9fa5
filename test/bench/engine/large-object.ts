import { join } from 'node:path';
import { median } from '../statistics.ts';
import { faults, QUICK_SPEED_FACTOR, report, say } from '../targets.ts';
import { startScanner, storeNote, type WithRaw } from './bench.ts';
import { writeFilm } from './corpora.ts';
import type { Readers } from './scanner-process.ts';

const MIN_SPEED = 0.8;
const MAX_MEMORY_MB = 150;

/** One object near the ceiling, in a process that has done nothing else: its memory is part of what is measured. */
export async function measureLargeObject(bench: WithRaw): Promise<void> {
  const { sizes, s3, raw } = bench;
  const folder = join(bench.folder, 'large');
  const path = await writeFilm(folder, sizes.largeBytes);
  const [item] = await s3.do('store', { from: folder, prefix: 'large' });
  const first = await storeNote(bench, 'warm');
  if (item === undefined) throw new Error('nothing was stored');
  const scanner = await startScanner(bench);
  const ours: Record<Readers, number[]> = { engine: [], all: [] };
  const clamd: number[] = [];
  let wrong = 0;
  let memory = 0;
  try {
    await scanner.do('start', undefined);
    for (const readers of ['engine', 'all'] as const) await scanner.do('object', { item: first, readers });
    const idle = await scanner.do('idleMemory', undefined);
    const scan = async (readers: Readers) => {
      const { ms, verdict } = await scanner.do('object', { item, readers });
      if (verdict !== 'CLEAN') wrong += 1;
      ours[readers].push(mbPerSecond(sizes.largeBytes, ms));
    };
    for (let round = 0; round < sizes.largeRounds; round += 1) {
      await scan('engine');
      const { ms, found } = await raw.clamdscan(path);
      wrong += found.length;
      clamd.push(mbPerSecond(sizes.largeBytes, ms));
      await scan('all');
      say(
        `large object: ${ours.engine.at(-1)?.toFixed(1)} MB/s, raw clamd ${clamd.at(-1)?.toFixed(1)} MB/s, with the second readers ${ours.all.at(-1)?.toFixed(1)} MB/s`,
      );
    }
    memory = (await scanner.do('peakMemory', undefined)) - idle;
  } finally {
    await scanner.close();
  }
  const name = `one object of ${sizes.largeBytes / 1e9} GB`;
  const reference = { what: 'clamdscan', value: median(clamd), unit: 'MB/s' };
  report(faults(`${name}: wrong verdicts`, wrong));
  report({
    name: `${name}: speed, of raw clamd's`,
    figure: median(ours.engine) / median(clamd),
    unit: '',
    reference,
    target: { atLeast: MIN_SPEED },
    quickFactor: QUICK_SPEED_FACTOR,
  });
  report({
    name: `${name}: with the second readers`,
    figure: median(ours.all) / median(clamd),
    unit: '',
    reference,
  });
  report({
    name: `${name}: Node's memory over idle`,
    figure: memory / 1e6,
    unit: 'MB',
    target: { atMost: MAX_MEMORY_MB },
  });
}

const mbPerSecond = (bytes: number, ms: number) => bytes / 1000 / ms;
