import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MEASURED } from '../../functions/domain/cost/measured.ts';
import { countAll } from '../support/cost/count.ts';
import { writeSyntheticSignatures } from './cost/signatures.ts';
import { time } from './cost/time.ts';
import { FILE, writeMeasured } from './cost/write.ts';

/**
 * Measures what an upload needs, and writes the table of the cost model. `--counts`: only what is the same on every
 * machine; the times stay.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { counts: { type: 'boolean', default: false } },
});
const say = (text: string) => void process.stdout.write(`  ${text}\n`);
const today = new Date().toISOString().slice(0, 10);

async function timed() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-cost-'));
  try {
    const signatures = await writeSyntheticSignatures(folder);
    const timedWith = `${availableParallelism()} cores, ${signatures.toLocaleString('en-US')} synthetic signatures`;
    say(timedWith);
    return { timedOn: today, timedWith, processorMs: await time(folder, say) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const counts = await countAll();
const { timedOn, timedWith, processorMs } = values.counts ? MEASURED : await timed();
writeMeasured({ countedOn: today, counts, timedOn, timedWith, processorMs });
say(`written to ${FILE}; then: node infra/cost/write-tables.ts`);
