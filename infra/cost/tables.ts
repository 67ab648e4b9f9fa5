import { type Bill, LINES, times, totalOf } from '../../functions/domain/cost/bill.ts';
import { clamscanUsd, guardDutyUsd } from '../../functions/domain/cost/comparisons.ts';
import { forecastHuntUsd, huntMemoryMb } from '../../functions/domain/cost/hunt.ts';
import { idleMonth } from '../../functions/domain/cost/idle.ts';
import { BYTES, countOf } from '../../functions/domain/cost/invocation.ts';
import { MEASURED } from '../../functions/domain/cost/measured.ts';
import { CONTENTS, ENDINGS, SIZES, type Size, type Workflow } from '../../functions/domain/cost/measurement.ts';
import { rescanOf } from '../../functions/domain/cost/rescan.ts';
import { type CostSettings, DEFAULT_IDLE_STACKS, DEFAULT_SETTINGS } from '../../functions/domain/cost/settings.ts';
import { cleanBill, meanOverflowBill, uploadBill } from '../../functions/domain/cost/upload.ts';
import { EXAMPLES, exampleRows } from './examples.ts';
import { markdownTable, usd } from './markdown.ts';

const MILLION = 1_000_000;
const EXPRESS: CostSettings = { ...DEFAULT_SETTINGS, workflow: 'EXPRESS' };
const BOTH: Readonly<Record<Workflow, CostSettings>> = { STANDARD: DEFAULT_SETTINGS, EXPRESS };
const million = (bill: Bill) => usd(totalOf(times(bill, MILLION)));

export const TARGETS = [
  { workflow: 'EXPRESS', most: 20 },
  { workflow: 'STANDARD', most: 190 },
] as const;

function targets(): string {
  const rows = TARGETS.map(({ workflow, most }) => {
    const dollars = totalOf(times(cleanBill(BOTH[workflow], '1 MB'), MILLION));
    return [workflow, `at most $${most}`, usd(dollars), dollars <= most ? 'hit' : `missed by ${usd(dollars - most)}`];
  });
  return markdownTable(['a million clean uploads of 1 MB', 'target', 'figure', ''], rows);
}

const bySize = () =>
  markdownTable(
    ['a million clean uploads', ...SIZES],
    [
      ['STANDARD', ...SIZES.map((size) => million(cleanBill(DEFAULT_SETTINGS, size)))],
      ['EXPRESS', ...SIZES.map((size) => million(cleanBill(EXPRESS, size)))],
      ['GuardDuty, with its tag', ...SIZES.map((size) => usd(guardDutyUsd(BYTES[size]) * MILLION))],
      ['a function that runs clamscan per file', ...SIZES.map((size) => usd(clamscanUsd(size) * MILLION))],
    ],
  );

function byLine(): string {
  const bills = [cleanBill(DEFAULT_SETTINGS, '1 MB'), cleanBill(EXPRESS, '1 MB'), meanOverflowBill(EXPRESS, '1 MB')];
  const rows = LINES.filter((line) => bills.some((bill) => (bill[line] ?? 0) > 0)).map((line) => [
    line,
    ...bills.map((bill) => usd((bill[line] ?? 0) * MILLION)),
  ]);
  return markdownTable(
    ['a million of 1 MB', 'STANDARD', 'EXPRESS', 'EXPRESS, overflowed'],
    [...rows, ['**total**', ...bills.map((bill) => `**${million(bill)}**`)]],
  );
}

const byContent = () =>
  markdownTable(
    ['a million clean uploads, EXPRESS', ...SIZES],
    CONTENTS.map((content) => [
      content,
      ...SIZES.map((size) => million(uploadBill('clean', EXPRESS, { content, size }))),
    ]),
  );

const byEnding = () =>
  markdownTable(
    ['a million that end so', 'transitions', 'S3 requests', 'STANDARD', 'EXPRESS'],
    ENDINGS.map((ending) => {
      const { transitions, calls } = MEASURED.counts.endings.STANDARD[ending];
      const requests = Object.values(calls).reduce((sum, { s3 }) => sum + countOf(s3), 0);
      const costs = [DEFAULT_SETTINGS, EXPRESS].map((settings) => million(uploadBill(ending, settings)));
      return [ending, String(transitions), String(requests), ...costs];
    }),
  );

type Lever = readonly [name: string, settings: (from: CostSettings) => CostSettings];
const onArm = (from: CostSettings): CostSettings => ({
  ...from,
  functions: { ...from.functions, 'scan-object': { ...from.functions['scan-object'], architecture: 'arm64' } },
});
const LEVERS: readonly Lever[] = [
  ['the execution log at ERROR', (from) => ({ ...from, logLevel: { STANDARD: 'ERROR', EXPRESS: 'ERROR' } })],
  ['tracing off', (from) => ({ ...from, tracing: false })],
  ['scanners on arm64', onArm],
  ['two tags less, each month', (from) => ({ ...from, tags: 'status' })],
  ['no SNS', (from) => ({ ...from, channels: { ...from.channels, sns: false } })],
];

const levers = () =>
  markdownTable(
    ['a million of 1 MB', 'STANDARD', 'EXPRESS'],
    LEVERS.map(([name, change]) => [
      name,
      ...[DEFAULT_SETTINGS, EXPRESS].map((from) => {
        const saved = totalOf(cleanBill(from, '1 MB')) - totalOf(cleanBill(change(from), '1 MB'));
        return saved === 0 ? '–' : `-${usd(saved * MILLION)}`;
      }),
    ]),
  );

/** Of an evenly fed bucket of a year, what the nine steps of a first year have in one day. */
export const DUE_A_DAY = Math.round((9 * MILLION) / 365);
const RUNS = [
  ['`due`, nothing due', { tagsRead: 0, scanned: 0, changed: 0 }],
  ['`due`, one day of a bucket of a year', { tagsRead: DUE_A_DAY, scanned: DUE_A_DAY, changed: 0 }],
  ['`unscanned`, nothing new', { tagsRead: MILLION, scanned: 0, changed: 0 }],
  ['`all`, nothing changed', { tagsRead: MILLION, scanned: MILLION, changed: 0 }],
  ['`unscanned`, everything new', { tagsRead: MILLION, scanned: MILLION, changed: MILLION }],
] as const;

const rescans = () =>
  markdownTable(
    ['a run over a million objects', ...SIZES],
    [
      ...RUNS.map(([name, run]) => [
        name,
        ...SIZES.map((size) => usd(totalOf(rescanOf({ objects: MILLION, ...run, size }, DEFAULT_SETTINGS)))),
      ]),
      ['GuardDuty, on demand, without tags', ...SIZES.map((size) => usd(guardDutyUsd(BYTES[size], false) * MILLION))],
    ],
  );

const { memoryMb, architecture } = DEFAULT_SETTINGS.functions['scan-object'];
const HUNTER = { memoryMb: huntMemoryMb(memoryMb), architecture };

const hunts = () =>
  markdownTable(
    ['a hunt over a million objects', ...SIZES],
    [
      [
        'with the rules alone',
        ...SIZES.map((size) => usd(forecastHuntUsd({ listed: MILLION, bytes: MILLION * BYTES[size] }, HUNTER))),
      ],
    ],
  );

function idle(): string {
  const bills = (['STANDARD', 'EXPRESS'] as const).map((workflow) =>
    idleMonth(DEFAULT_IDLE_STACKS[workflow], BOTH[workflow]),
  );
  const rows = LINES.filter((line) => bills.some((bill) => (bill[line] ?? 0) > 0)).map((line) => [
    line,
    ...bills.map((bill) => usd(bill[line] ?? 0)),
  ]);
  return markdownTable(
    ['a month without uploads', 'STANDARD', 'EXPRESS'],
    [...rows, ['**total**', ...bills.map((bill) => `**${usd(totalOf(bill))}**`)]],
  );
}

/** Uploads a month, all warm, from which this stack with what it costs idle is cheaper than another that has no idle cost. */
function breakEven(): string {
  const from = (workflow: Workflow, size: Size, other: number) => {
    const saved = other - totalOf(cleanBill(BOTH[workflow], size));
    if (saved <= 0) return 'never';
    const uploads = totalOf(idleMonth(DEFAULT_IDLE_STACKS[workflow], BOTH[workflow])) / saved;
    return (Math.ceil(uploads / 100) * 100).toLocaleString('en-US');
  };
  const others = [
    ['GuardDuty', (size: Size) => guardDutyUsd(BYTES[size])],
    ['clamscan per file', clamscanUsd],
  ] as const;
  return markdownTable(
    ['cheaper from … uploads a month', ...SIZES],
    (['STANDARD', 'EXPRESS'] as const).flatMap((workflow) =>
      others.map(([name, other]) => [
        `${workflow}, than ${name}`,
        ...SIZES.map((size) => from(workflow, size, other(size))),
      ]),
    ),
  );
}

const processorTimes = () =>
  markdownTable(
    ['milliseconds of a core', ...SIZES],
    CONTENTS.flatMap((content) => [
      [`${content}, scan`, ...SIZES.map((size) => String(Math.round(MEASURED.processorMs.scan[content][size])))],
      [`${content}, type check`, ...SIZES.map((size) => String(Math.round(MEASURED.processorMs.check[content][size])))],
    ]),
  );

const reads = () =>
  markdownTable(
    ['GetObject requests, type check and scan', ...SIZES],
    CONTENTS.map((content) => [
      content,
      ...SIZES.map((size) => {
        const { 'check-file-type': check, 'scan-object': scan } = MEASURED.counts.reads;
        return `${check[content][size]} + ${scan[content][size]}`;
      }),
    ]),
  );

/** The tables of docs/cost.md, by the name in their marks. */
export const TABLES: Readonly<Record<string, () => string>> = {
  targets,
  'by-size': bySize,
  'by-line': byLine,
  'by-content': byContent,
  'by-ending': byEnding,
  levers,
  rescans,
  hunts,
  idle,
  examples: () => markdownTable(['a month', ...EXAMPLES.map(({ name }) => name)], exampleRows()),
  times: processorTimes,
  'break-even': breakEven,
  reads,
};
