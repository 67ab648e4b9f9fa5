import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import type { RescanRecord } from '../commands/rescan-record.ts';
import { colours } from './colors.ts';
import { STATUS_WIDTH, testMark } from './scan-lines.ts';
import { pad, printable, readableBytes, readableMs } from './terminal.ts';

const BAR_WIDTH = 24;

/** `[████░░░░]  1,200 of 4,000 objects, 310/s, 9.0 s left`, as batches end. */
export function rescanProgress(now: () => number = Date.now) {
  let done = 0;
  let total = 0;
  let begun = 0;
  let show: (text: string) => void = () => undefined;
  const draw = () => {
    const seconds = (now() - begun) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const filled = total === 0 ? 0 : Math.min(BAR_WIDTH, Math.round((done / total) * BAR_WIDTH));
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
    const left = rate > 0 ? `, ${Math.round(rate)}/s, ${readableMs(((total - done) / rate) * 1000)} left` : '';
    show(`[${bar}] ${done.toLocaleString('en')} of ${total.toLocaleString('en')} objects${left}`);
  };
  return {
    start(objects: number, update: (text: string) => void) {
      [total, begun, show] = [objects, now(), update];
      draw();
    },
    add({ items }: { readonly items: number }) {
      done += items;
      draw();
    },
  };
}

/** The totals as JSON, or as a few lines. @param definitions their version */
export function printRescan(summary: RescanSummary, definitions: string, json: boolean): void {
  const { listed, due, scanned, skipped, failed, changed, infected, bytes, durationMs } = summary;
  if (json) {
    const totals = { listed, due, scanned, skipped, failed, changed, infected, bytes, durationMs, definitions };
    process.stdout.write(`${JSON.stringify(totals)}\n`);
    return;
  }
  const reasons = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
  const rows: readonly (readonly [string, string])[] = [
    ['listed', String(listed)],
    ['due', String(due)],
    ['scanned', `${scanned} (${readableBytes(bytes)})`],
    ['skipped', reasons.join(', ') || '0'],
    ['failed', failed > 0 ? colours.red(String(failed)) : '0'],
    ['changed', String(changed)],
    ['infected', infected > 0 ? colours.red(String(infected)) : '0'],
    ['duration', readableMs(durationMs)],
    ['definitions', definitions.startsWith('test') ? colours.yellow(definitions) : definitions],
    ['on AWS', `about $${summary.costUsd.toFixed(4)}`],
  ];
  for (const [name, value] of rows) process.stdout.write(`${colours.dim(name.padEnd(11))} ${value}\n`);
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
