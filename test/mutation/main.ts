import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededChance } from '../support/chance.ts';
import { ImportGraph } from '../support/related-tests.ts';
import { equivalence } from './equivalents.ts';
import { describeMutant, type Fate, type Judged, type Mutant } from './mutant.ts';
import { plantedMutants } from './planted.ts';
import { Sandbox } from './sandbox.ts';
import { sourceMutants } from './source-mutants.ts';
import { stateMachineMutants } from './state-machine-mutants.ts';
import { startTypeCheck, type TypeCheck } from './type-check.ts';

/*
 * `npm run test:mutation`: plants faults, one at a time, and says which of them no test notices. docs/testing.md.
 */
const ROOT = join(import.meta.dirname, '../..');

const AREAS = {
  domain: 'functions/domain/**/*.ts',
  adapters: 'functions/adapters/**/*.ts',
  handlers: 'functions/handlers/**/*.ts',
  'state-machines': 'statemachines/*.asl.json',
  cli: 'cli/**/*.ts',
  constructs: 'infra/constructs/**/*.ts',
} as const;
type Area = keyof typeof AREAS;

/** An endless loop is noticed, too: it is what the time limits are for. */
const NEAR_MILLISECONDS = 600_000;
const FAR_MILLISECONDS = 1_200_000;

const { values: options, positionals: files } = parseArgs({
  options: {
    area: { type: 'string', multiple: true, default: ['domain', 'adapters', 'state-machines'] },
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    /** Only the nearest tests: quick, but some survivors are none. */
    near: { type: 'boolean', default: false },
    report: { type: 'string' },
    /** The faults of planted.ts, and no others. */
    planted: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const chance = seededChance(Number(options.seed));
const deadline = Date.now() + Number(options.minutes) * 60_000;
const graph = new ImportGraph(ROOT);
const everyTest = globSync('test/**/*.test.ts', { cwd: ROOT }).filter(
  (file) => !/^test\/(browser|ceph|image|mutation|soak)\//.test(file),
);

/** As many mutants of the area as were asked for: the same ones for the same seed, whatever else has changed. */
async function sampleOf(patterns: string | readonly string[]): Promise<Mutant[]> {
  const sources = globSync(patterns as string, { cwd: ROOT }).filter((file) => !file.endsWith('.d.ts'));
  const all: Mutant[] = [];
  for (const file of sources.sort()) {
    all.push(...(file.endsWith('.json') ? stateMachineMutants(ROOT, file) : await sourceMutants(ROOT, file)));
  }
  return all
    .map((mutant) => ({ mutant, place: chance.of(mutant.file, mutant.line, mutant.original, mutant.replacement) }))
    .sort((a, b) => a.place - b.place)
    .slice(0, Number(options.sample))
    .map(({ mutant }) => mutant);
}

/** Tests of another part of the project count as near up to so many imports. */
const NEAR = 2;

/** Tests that may notice a change of the file: those of its own part of the project first, nearest first; scenarios last. */
function testsFor(file: string): { near: string[]; far: string[] } {
  const distances = graph.importersOf([file]);
  // Functions are loaded by name, which no import shows.
  const reached = everyTest.filter((test) => distances.has(test) || test.startsWith('test/scenarios/'));
  const placeOf = (test: string) => (distances.get(test) ?? 100) + (test.startsWith('test/scenarios/') ? 200 : 0);
  const sorted = reached.sort((a, b) => placeOf(a) - placeOf(b));
  const own = sorted.filter((test) => test.startsWith(`test/${file.split('/')[0]}/`));
  const near = [...own, ...sorted.filter((test) => !own.includes(test) && placeOf(test) <= NEAR)];
  return { near, far: sorted.filter((test) => !near.includes(test)) };
}

async function judge(mutant: Mutant, types: TypeCheck, sandbox: Sandbox): Promise<Judged> {
  const why = equivalence(ROOT, mutant);
  if (why !== undefined) return { mutant, fate: 'equivalent', why };
  if (mutant.file.endsWith('.ts')) {
    const importers = [...graph.importersOf([mutant.file], 2).keys()].filter((file) => file !== mutant.file);
    const complaint = await types.complaint(mutant, importers);
    if (complaint !== undefined) return { mutant, fate: 'types', why: complaint };
  }
  const { near, far } = testsFor(mutant.file);
  sandbox.plant(mutant);
  try {
    for (const [tests, milliseconds] of [
      [near, NEAR_MILLISECONDS],
      [options.near ? [] : far, FAR_MILLISECONDS],
    ] as const) {
      if (tests.length === 0) continue;
      const { outcome, failed } = await sandbox.test(tests, milliseconds);
      if (outcome !== 'passed') return { mutant, fate: outcome === 'failed' ? 'killed' : 'timeout', why: failed };
    }
    return { mutant, fate: 'survived', why: '' };
  } finally {
    sandbox.restore(mutant);
  }
}

/** One after another in each sandbox; the type checker, which all share, answers one at a time. */
async function judgeAll(
  mutants: readonly Mutant[],
  types: TypeCheck,
  sandboxes: readonly Sandbox[],
): Promise<Judged[]> {
  const queue = [...mutants];
  const judged: Judged[] = [];
  let checking: Promise<unknown> = Promise.resolve();
  const oneAtATime: TypeCheck = {
    ...types,
    complaint: (...asked) => {
      const answer = checking.then(() => types.complaint(...asked));
      checking = answer.catch(() => undefined);
      return answer;
    },
  };
  await Promise.all(
    sandboxes.map(async (sandbox) => {
      for (let mutant = queue.shift(); mutant !== undefined && Date.now() < deadline; mutant = queue.shift()) {
        const result = await judge(mutant, oneAtATime, sandbox);
        judged.push(result);
        const { fate, why } = result;
        process.stderr.write(`${judged.length}/${mutants.length} ${fate} ${describeMutant(mutant)}  [${why}]\n`);
      }
    }),
  );
  return judged;
}

function row(name: string, judged: readonly Judged[], untried: number): string {
  const count = (fate: Fate) => judged.filter((one) => one.fate === fate).length;
  const noticed = count('killed') + count('timeout');
  const score = (100 * noticed) / Math.max(1, noticed + count('survived'));
  const cells = [name, judged.length, count('types'), count('equivalent'), noticed, count('survived'), untried];
  return `| ${cells.join(' | ')} | ${score.toFixed(1)} % |`;
}

const sandboxes = [new Sandbox(ROOT), new Sandbox(ROOT)];
const types = await startTypeCheck(ROOT);
const rows: string[] = [];
const all: Judged[] = [];
try {
  if (options.planted) {
    const mutants = plantedMutants(ROOT);
    const judged = await judgeAll(mutants, types, sandboxes);
    all.push(...judged);
    rows.push(row('planted', judged, mutants.length - judged.length));
  }
  const areas =
    files.length > 0 ? [['files', files] as const] : options.area.map((area) => [area, AREAS[area as Area]] as const);
  for (const [area, patterns] of options.planted ? [] : areas) {
    const mutants = await sampleOf(patterns);
    const judged = await judgeAll(mutants, types, sandboxes);
    all.push(...judged);
    rows.push(row(area, judged, mutants.length - judged.length));
  }
} finally {
  await types.close();
  for (const sandbox of sandboxes) sandbox.remove();
}
console.log('| area | tried | types | equivalent | noticed | survived | not tried | score |');
console.log('|---|---|---|---|---|---|---|---|');
console.log(rows.join('\n'));
for (const { mutant } of all.filter(({ fate }) => fate === 'survived'))
  console.log(`survived: ${describeMutant(mutant)}`);
if (options.report !== undefined) {
  const report = all.map(({ mutant: { text, ...mutant }, ...rest }) => ({ ...rest, ...mutant }));
  writeFileSync(options.report, JSON.stringify(report, null, 2));
}
