import { ASSUMED_COSTS } from '../../functions/domain/cost/assumed.ts';
import { estimatedCostUsd } from '../../functions/domain/rescan/cost.ts';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import type { RescanRecord } from '../commands/rescan-record.ts';
import { colours } from './colors.ts';
import { startPace } from './pace.ts';
import { STATUS_WIDTH, testMark } from './scan-lines.ts';
import { coloured, pad, printable, readableBytes, readableMs, readableTime } from './terminal.ts';

const BAR_WIDTH = 24;

/** `[████░░░░] 1,200 of 4,000 objects, 310/s, 9.0 s left`: an object counts when it is read, or its batch has ended. */
export function rescanProgress(now: () => number = Date.now) {
  let [done, total] = [0, 0];
  const read = new Set<string>();
  let pace = startPace('objects', now);
  let show: (text: string) => void = () => undefined;
  const count = () => Math.min(total, Math.max(done, read.size));
  const draw = () => {
    const filled = total === 0 ? 0 : Math.round((count() / total) * BAR_WIDTH);
    show(`[${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}] ${pace.text(count(), total)}`);
  };
  return {
    start(objects: number, update: (text: string) => void) {
      [total, show] = [objects, update];
      pace = startPace('objects', now);
      draw();
    },
    text: () => `${count().toLocaleString('en')} of ${total.toLocaleString('en')} objects looked at`,
    /** An object's content was asked for. */
    read(key: string) {
      const before = read.size;
      read.add(key);
      if (read.size > before) draw();
    },
    add({ items }: { readonly items: number }) {
      done += items;
      draw();
    },
  };
}

/** A verdict that a rescan has found. */
export interface Found {
  readonly key: string;
  readonly status: ScanStatus;
  readonly finding: string | null;
}

export interface RescanReport {
  readonly summary: RescanSummary;
  /** Version. */
  readonly definitions: string;
  /** Every verdict but CLEAN, by key. */
  readonly found: readonly Found[];
  /** Age steps of `due`, days. */
  readonly ages: readonly number[];
}

/** The totals as JSON, or as a few lines, and what was found by name. */
export function printRescan({ summary, definitions, found, ages }: RescanReport, json: boolean): void {
  const { listed, due, scanned, skipped, failed, changed, infected, bytes, durationMs } = summary;
  if (json) {
    const totals = { listed, due, scanned, skipped, failed, changed, infected, bytes, durationMs, definitions };
    process.stdout.write(`${JSON.stringify({ ...totals, found })}\n`);
    return;
  }
  for (const { key, status, finding } of found) {
    process.stdout.write(
      `${pad(coloured(status), STATUS_WIDTH)}  ${printable(key)} ${colours.bold(printable(finding ?? ''))}\n`,
    );
  }
  if (found.length > 0) process.stdout.write('\n');
  const reasons = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
  const rows: readonly (readonly [string, string])[] = [
    ['listed', String(listed)],
    ['due', `${due}${due === 0 && listed > 0 ? whyNothingIsDue(summary, ages) : ''}`],
    ['scanned', `${scanned} (${readableBytes(bytes)})`],
    ['skipped', reasons.join(', ') || '0'],
    ['failed', failed > 0 ? colours.red(String(failed)) : '0'],
    ['changed', String(changed)],
    ['infected', infected > 0 ? colours.red(String(infected)) : '0'],
    ['duration', readableTime(durationMs)],
    ['definitions', definitions.startsWith('test') ? colours.yellow(definitions) : definitions],
    ['on AWS', onAws(summary)],
  ];
  for (const [name, value] of rows) process.stdout.write(`${colours.dim(name.padEnd(11))} ${value}\n`);
}

function whyNothingIsDue({ strategy, window: { from, to } }: RescanSummary, ages: readonly number[]): string {
  if (strategy !== 'due') return ': every object has a verdict that the strategy leaves alone';
  const steps = `${ages.slice(0, 5).join(', ')}${ages.length > 5 ? ', …' : ''}`;
  const days = `${from.slice(0, 16)} to ${to.slice(0, 16)} UTC`;
  return `: no file reached an age of ${steps} days in ${days}; --strategy all scans every file`;
}

/** Verdicts are written once; later runs of the same strategy cost what scanning costs. */
function onAws(summary: RescanSummary): string {
  const batches = Math.ceil(summary.listed / ASSUMED_COSTS.objectsABatch);
  const later = estimatedCostUsd(summary.strategy, { ...summary, changed: 0 }, batches);
  const now = estimatedCostUsd(summary.strategy, summary, batches);
  const first = summary.changed > 0 ? `, and $${now.toFixed(4)} for one that writes ${summary.changed} verdicts` : '';
  return `about $${later.toFixed(4)} a rescan${first}`;
}

/** `RESCAN        1.2 MB    1.5 s  uploads: 12 listed, 7 due, 7 scanned, 5 skipped (not-due), 0 failed, 1 changed, 1 infected` */
export function printRescanLine(
  name: string,
  { summary, problem, ms }: RescanRecord,
  definitions: string | null = null,
): void {
  const found = [
    ...(summary === undefined ? [] : [totalsOf(summary)]),
    ...(problem === undefined ? [] : [`${colours.red('FAILED')}: ${printable(problem)}`]),
  ];
  const cells = [
    pad('RESCAN', STATUS_WIDTH),
    pad(readableBytes(summary?.bytes ?? 0), 8, 'left'),
    pad(readableMs(ms), 7, 'left'),
    `${printable(name)}: ${found.join('; ')}${testMark(definitions)}`,
  ];
  process.stdout.write(`${cells.join('  ')}\n`);
}

function totalsOf({ listed, due, scanned, skipped, failed, changed, infected }: RescanSummary): string {
  const alarming = (count: number, what: string) => (count > 0 ? colours.red(`${count} ${what}`) : `0 ${what}`);
  return [
    `${listed} listed`,
    `${due} due`,
    `${scanned} scanned`,
    ...Object.entries(skipped).map(([reason, count]) => `${count} skipped (${reason})`),
    alarming(failed, 'failed'),
    `${changed} changed`,
    alarming(infected, 'infected'),
  ].join(', ');
}
