import { MAX_OBJECT_BYTES_CEILING } from '../../../functions/domain/scan-policy.ts';
import { median } from '../statistics.ts';
import { report, say } from '../targets.ts';
import { type Bench, startScanner, storeNote } from './bench.ts';
import { startRawClamd } from './raw-clamd.ts';

const MAX_RATIO = 1.1;

/** From the start of a function's engine to its first verdict, beside the start of clamd to its first PONG. */
export async function measureColdStart(bench: Bench): Promise<void> {
  const item = await storeNote(bench, 'cold');
  const ours: number[] = [];
  const raw: number[] = [];
  const scanner = await startScanner(bench);
  try {
    for (let round = 0; round < bench.sizes.coldStarts; round += 1) {
      ours.push(await scanner.do('cold', item));
      const clamd = await startRawClamd(bench.definitions, MAX_OBJECT_BYTES_CEILING);
      raw.push(clamd.loadMs);
      await clamd.stop();
      say(`cold start ${seconds(ours.at(-1))} s, clamd alone ${seconds(raw.at(-1))} s`);
    }
  } finally {
    await scanner.close();
  }
  const [seen, reference] = [median(ours) / 1000, median(raw) / 1000];
  report({ name: 'cold start to the first verdict', figure: seen, unit: 's' });
  report({
    name: 'cold start, times the load of clamd',
    figure: seen / reference,
    unit: '',
    reference: { what: "clamd's own load", value: reference, unit: 's' },
    // A few signatures load faster than Node does anything.
    ...(bench.sizes.whole && { target: { atMost: MAX_RATIO } }),
  });
}

const seconds = (ms = 0) => (ms / 1000).toFixed(1);
