import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { QUOTAS_AS_OF, quotasOf, type RegionSize } from '../../infra/limits/aws-quotas.ts';
import { ROOT } from '../../infra/repository-root.ts';
import { synthesizeTemplate } from '../../infra/synthesize.ts';
import { backfillOf } from './bursts/backfill.ts';
import { anHour, before, bursts, type Case, raised, type Settings, withDeaths } from './bursts/cases.ts';
import { compare, type Measured, simulateMeasured } from './bursts/compare.ts';
import { overflowOf, simulateOverflow } from './bursts/express.ts';
import { SCANS } from './bursts/load.ts';
import { measureBurst } from './bursts/measure.ts';
import { parametersOf } from './bursts/parameters.ts';
import * as report from './bursts/report.ts';
import { sumOf } from './statistics.ts';
import { faults, report as reportResult, say } from './targets.ts';

/**
 * Bursts of uploads, simulated from the synthesized template and AWS's default quotas; docs/scale.md explains the figures.
 * `--region small`: the quotas of a smaller region. `--before`: the retries that the queue replaced, too.
 * `--measure`: compares with a run of 2,000 uploads in the emulator instead; `--measured FILE`: with one of before.
 */
const MEASURED_UPLOADS = 2000;
const REGIONS: readonly string[] = ['us-east-1', 'small'] satisfies RegionSize[];
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    region: { type: 'string', default: 'us-east-1' },
    before: { type: 'boolean', default: false },
    measure: { type: 'boolean', default: false },
    measured: { type: 'string' },
  },
});

const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
const aslOf = (name: string) => readJson(join(ROOT, 'statemachines', `${name}.asl.json`));

if (!REGIONS.includes(values.region)) throw new Error(`no region ${values.region}; there are ${REGIONS.join(', ')}`);
const settings: Settings = {
  parameters: parametersOf(synthesizeTemplate(), await aslOf('scan-upload')),
  quotas: quotasOf(values.region as RegionSize),
};

function simulated(): void {
  const { parameters, quotas } = settings;
  const { small, large } = parameters;
  say(`quotas of ${values.region} as of ${QUOTAS_AS_OF}; ${small.maxConcurrency} engines of ${small.memoryMb} MB,`);
  say(
    `${small.batchSize} objects at once in each, and ${large.maxConcurrency} for large objects; ${report.assumptions()}\n`,
  );
  const cases = [...bursts(settings)];
  say(report.table(report.HEAD, cases.map(report.row)));
  const largest = cases.at(-2);
  if (largest !== undefined) say(`bill of ${largest.name}, ${largest.scans}: ${report.billLine(largest)}\n`);
  if (values.before) say(`before the queue\n${report.table(report.HEAD, [...before(settings)].map(report.row))}\n`);
  const others: Case[] = [
    withDeaths(settings),
    anHour(settings, '1,000/s for an hour'),
    anHour(raised(settings), '1,000/s, raised'),
  ];
  say(`${report.table(report.HEAD, others.map(report.row))}\n`);
  const billions = [10, 20, 80].map((atOnce) => report.backfillRow(1e9, atOnce, backfillOf(1e9, atOnce, quotas)));
  say(`first backfill, by rescans\n${report.table(report.BACKFILL_HEAD, billions)}\n`);
  for (const result of report.targetsOf(cases)) reportResult(result);
}

async function express(): Promise<void> {
  const overflow = overflowOf(await aslOf('scan-upload-express'));
  const sizes = [2000, 20_000, 100_000, 1_000_000];
  const outcomes = sizes.map((uploads) => {
    const load = { uploads, overSeconds: 0, scans: SCANS.short, seed: 1, deaths: 0 };
    return simulateOverflow(settings.parameters, settings.quotas, load, overflow);
  });
  const rows = outcomes.map((outcome, index) => report.expressRow(sizes[index] ?? 0, outcome));
  say(`\nEXPRESS, at once\n${report.table(report.EXPRESS_HEAD, rows)}\n`);
  const lost = sumOf(outcomes.map(({ errors }) => errors));
  reportResult(faults('EXPRESS: uploads without an engine that are not handed over to STANDARD', lost));
}

function measured(run: Measured): void {
  say(JSON.stringify(run));
  const rows = compare(simulateMeasured(run, settings.parameters), run).map(report.differenceRow);
  say(report.table(report.DIFFERENCE_HEAD, rows));
}

const measurement = async (): Promise<Measured | undefined> => {
  if (values.measure) return measureBurst(MEASURED_UPLOADS, settings.parameters.small.batchSize);
  return values.measured === undefined ? undefined : readJson(values.measured);
};

const run = await measurement();
if (run === undefined) {
  simulated();
  await express();
} else measured(run);
