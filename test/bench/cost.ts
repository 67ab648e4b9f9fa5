import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MEASURED } from '../../functions/domain/cost/measured.ts';
import { countAll } from '../support/cost/count.ts';
import { time } from './cost/time.ts';
import { FILE, writeMeasured } from './cost/write.ts';
import { cachedSignatures } from './engine/cache.ts';
import { WHOLE_SET } from './engine/signatures.ts';
import { say } from './targets.ts';

/**
 * Measures what an upload needs, and writes the table of the cost model. `--counts`: only what is the same on every
 * machine; the times stay.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { counts: { type: 'boolean', default: false } },
});
const today = new Date().toISOString().slice(0, 10);

async function timed() {
  const signatures = await cachedSignatures({ onMake: () => say('making the signatures, once') });
  const timedWith = `${availableParallelism()} cores, ${WHOLE_SET.toLocaleString('en-US')} synthetic signatures`;
  say(timedWith);
  return { timedOn: today, timedWith, processorMs: await time(signatures, say) };
}

const counts = await countAll();
const { timedOn, timedWith, processorMs } = values.counts ? MEASURED : await timed();
writeMeasured({ countedOn: today, counts, timedOn, timedWith, processorMs });
say(`written to ${FILE}; then: node infra/cost/write-tables.ts`);
