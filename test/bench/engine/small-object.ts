import { join } from 'node:path';
import type { ListedObject } from '../../../functions/domain/rescan/payloads.ts';
import { median, sumOf } from '../statistics.ts';
import { faults, QUICK_SPEED_FACTOR, report, say } from '../targets.ts';
import type { Warm } from './bench.ts';
import { writeDocuments } from './corpora.ts';
import type { Readers } from './scanner-process.ts';

const MAX_TIMES_RAW = 1.5;
const MIN_TIMES_FASTER = 500;
/** Another one than that of the batches. */
const SEED = 11;

interface Times {
  readonly engine: number[];
  readonly all: number[];
  readonly read: number[];
  readonly raw: number[];
}

/** Small objects one after the other, each with its read from S3 and with clamd's own answer about the same file. */
export async function measureSmallObject(bench: Warm): Promise<void> {
  const { sizes, s3, scanner, raw } = bench;
  const folder = join(bench.folder, 'one-by-one');
  await writeDocuments(folder, { ...sizes.small, count: sizes.oneByOne }, SEED);
  const items = await s3.do('store', { from: folder, prefix: 'one-by-one' });
  const times = new Map<string, Times>(items.map(({ Key }) => [Key, { engine: [], all: [], read: [], raw: [] }]));
  let wrong = 0;
  const pathOf = ({ Key }: ListedObject) => join(folder, Key.slice(Key.indexOf('/') + 1));
  for (let round = 0; round <= sizes.rounds; round += 1) {
    for (const item of items) {
      const path = pathOf(item);
      const of = async (readers: Readers) => {
        const { ms, verdict } = await scanner.do('object', { item, readers });
        if (!isRight(item, verdict)) wrong += 1;
        return ms;
      };
      const one = {
        engine: await of('engine'),
        read: await scanner.do('read', item),
        ...(await rawOf(path)),
        all: await of('all'),
      };
      // The first round warms up.
      if (round > 0) for (const [what, ms] of Object.entries(one)) times.get(item.Key)?.[what as keyof Times].push(ms);
    }
  }
  async function rawOf(path: string) {
    const { ms, answer } = await raw.scan(path);
    if (!/: OK$|eicar\.txt: .* FOUND$/.test(answer)) wrong += 1;
    return { raw: ms };
  }
  // The median of each object, and of these the mean: a document takes ten times as long as a note.
  const mean = (what: keyof Times) => sumOf([...times.values()].map((each) => median(each[what]))) / items.length;
  const [engine, all, read, byClamd] = [mean('engine'), mean('all'), mean('read'), mean('raw')];
  say(
    `one small object: ${engine.toFixed(2)} ms, its read ${read.toFixed(2)} ms, raw clamd ${byClamd.toFixed(2)} ms; with the second readers ${all.toFixed(2)} ms`,
  );
  const reference = { what: 'SCAN to clamd', value: byClamd, unit: 'ms' };
  report(faults('one small object, warm: wrong verdicts', wrong));
  report({ name: 'one small object, warm', figure: engine, unit: 'ms' });
  report({ name: 'one small object, warm: its read from S3', figure: read, unit: 'ms' });
  report({
    name: 'one small object, warm, without its read: times raw clamd',
    figure: (engine - read) / byClamd,
    unit: '',
    reference,
    target: { atMost: MAX_TIMES_RAW },
    quickFactor: QUICK_SPEED_FACTOR,
  });
  report({
    name: 'one small object, warm: with the second readers',
    figure: (all - read) / byClamd,
    unit: '',
    reference,
  });

  // The middle one: neither a note nor the largest document.
  const timeOf = ({ Key }: ListedObject) => median(times.get(Key)?.all ?? []);
  const item = items.toSorted((a, b) => timeOf(a) - timeOf(b))[Math.floor(items.length / 2)];
  if (item === undefined) return;
  const alone: number[] = [];
  for (let run = 0; run < sizes.clamscans; run += 1) {
    alone.push(await raw.clamscan(pathOf(item)));
    say(`clamscan: ${((alone.at(-1) ?? 0) / 1000).toFixed(1)} s`);
  }
  report({
    name: 'the middle one of them, with the second readers: times faster than clamscan',
    figure: median(alone) / timeOf(item),
    unit: '',
    reference: { what: 'clamscan, which loads the signatures', value: median(alone) / 1000, unit: 's' },
    // It is the load that makes it slow.
    ...(sizes.whole && { target: { atLeast: MIN_TIMES_FASTER } }),
  });
}

const isRight = ({ Key }: ListedObject, verdict: string): boolean =>
  Key.endsWith('eicar.txt') ? verdict.startsWith('INFECTED ') : verdict === 'CLEAN';
