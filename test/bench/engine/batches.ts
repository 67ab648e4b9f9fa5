import { join } from 'node:path';
import type { ListedObject } from '../../../functions/domain/rescan/payloads.ts';
import { processorMsOf } from '../../support/processor-time.ts';
import { median, sumOf } from '../statistics.ts';
import { faults, QUICK_SPEED_FACTOR, report, say, type Target } from '../targets.ts';
import type { Warm } from './bench.ts';
import { writeArchives, writeDocuments, writeLargerDocuments } from './corpora.ts';
import type { Scanned } from './raw-clamd.ts';
import type { BatchMeasured, Readers } from './scanner-process.ts';

interface Round {
  readonly raw: Scanned;
  /** The engine alone, and with the second readers. */
  readonly engine: BatchMeasured;
  readonly all: BatchMeasured;
  /** Of the S3 server in `engine`. */
  readonly s3Ms: number;
}

interface Targets {
  readonly processor?: Target;
  readonly wall?: Target;
}

/** `infected`: how many of the files are EICAR. */
async function measure(bench: Warm, name: string, folder: string, infected: number, targets: Targets): Promise<void> {
  const items = await bench.s3.do('store', { from: folder, prefix: name.replaceAll(' ', '-') });
  const rounds: Round[] = [];
  // The first round warms up.
  for (let index = 0; index <= bench.sizes.rounds; index += 1) {
    const round = await roundOf(bench, folder, items);
    if (index > 0) rounds.push(round);
    say(`${name}: ${line(round, items.length)}`);
  }
  const last = rounds.at(-1);
  report(faults(`${name}: wrong verdicts`, sumOf(rounds.map((round) => wrong(round, items.length, infected)))));
  const bytes = sumOf(items.map(({ Size }) => Size));
  const of = (figure: (round: Round) => number) => median(rounds.map(figure));
  const perSecond = { value: (1000 * items.length) / of(({ raw }) => raw.ms), unit: 'objects/s' };
  const perProcessor = { value: of(({ raw }) => raw.processorMs) / items.length, unit: 'ms an object' };
  report({
    name: `${name}: speed by processor time, of raw clamd's`,
    figure: of(({ raw, engine }) => raw.processorMs / (engine.nodeMs + engine.engineMs)),
    unit: '',
    reference: { what: 'clamdscan and clamd', ...perProcessor },
    ...(targets.processor && { target: targets.processor, quickFactor: QUICK_SPEED_FACTOR }),
  });
  report({
    name: `${name}: speed by the clock, of raw clamd's`,
    figure: of(({ raw, engine }) => raw.ms / engine.ms),
    unit: '',
    reference: { what: 'clamdscan --multiscan', ...perSecond },
    ...(targets.wall && { target: targets.wall, quickFactor: QUICK_SPEED_FACTOR }),
  });
  report({
    name: `${name}: with the second readers, by processor time`,
    figure: of(({ raw, all }) => raw.processorMs / (all.nodeMs + all.engineMs)),
    unit: '',
    reference: { what: 'clamdscan and clamd', ...perProcessor },
  });
  report({
    name: `${name}: with the second readers, by the clock`,
    figure: of(({ raw, all }) => raw.ms / all.ms),
    unit: '',
    reference: { what: 'clamdscan --multiscan', ...perSecond },
  });
  const each = (ms: number) => ms / items.length;
  const share = (what: string, figure: (round: Round) => number) =>
    report({ name: `${name}: processor time, ${what}`, figure: each(of(figure)), unit: 'ms an object' });
  share('clamd', ({ engine }) => engine.engineMs);
  share('Node', ({ engine }) => engine.nodeMs);
  share('the second readers', ({ engine, all }) => all.nodeMs + all.engineMs - engine.nodeMs - engine.engineMs);
  share('the S3 server (in no ratio)', ({ s3Ms }) => s3Ms);
  if (last !== undefined) {
    report({
      name: `${name}: read and scanned`,
      figure: bytes / 1000 / of(({ engine }) => engine.ms),
      unit: 'MB/s',
      reference: { what: 'clamdscan --multiscan', value: bytes / 1000 / of(({ raw }) => raw.ms), unit: 'MB/s' },
    });
  }
}

async function roundOf({ scanner, raw, s3 }: Warm, folder: string, items: readonly ListedObject[]): Promise<Round> {
  const batch = (readers: Readers) => scanner.do('batch', { items, readers });
  const s3Before = processorMsOf(s3.pid);
  const engine = await batch('engine');
  const s3Ms = processorMsOf(s3.pid) - s3Before;
  const byClamd = await raw.clamdscan(folder);
  return { raw: byClamd, engine, s3Ms, all: await batch('all') };
}

/** How many objects have another verdict than they must have, from us or from clamd alone. */
function wrong({ raw, engine, all }: Round, count: number, infected: number): number {
  const isRight = (text: string) => /eicar\.txt: INFECTED /.test(text);
  const ofBatch = ({ scanned, changed, failed }: BatchMeasured) => {
    const found = changed.filter(isRight).length;
    for (const text of changed) if (!isRight(text)) say(`wrong: ${text}`);
    return count - scanned + failed + (changed.length - found) + Math.abs(infected - found);
  };
  for (const text of raw.found) if (!text.includes('eicar.txt')) say(`wrong: ${text}`);
  return ofBatch(engine) + ofBatch(all) + Math.abs(raw.found.length - infected);
}

const line = ({ raw, engine, all, s3Ms }: Round, count: number): string => {
  const each = (ms: number) => (ms / count).toFixed(2);
  const cpu = ({ nodeMs, engineMs }: BatchMeasured) => `node ${each(nodeMs)} + clamd ${each(engineMs)}`;
  return `raw ${each(raw.ms)} ms (${each(raw.processorMs)} of a processor), ours ${each(engine.ms)} (${cpu(engine)}; S3 server ${each(s3Ms)}), with the second readers ${each(all.ms)} (${cpu(all)})`;
};

export async function measureSmallDocuments(bench: Warm): Promise<void> {
  const folder = join(bench.folder, 'small');
  await writeDocuments(folder, bench.sizes.small);
  await measure(bench, 'small documents', folder, 1, { processor: { atLeast: 0.7 }, wall: { atLeast: 0.6 } });
}

export async function measureLargerDocuments(bench: Warm): Promise<void> {
  const folder = join(bench.folder, 'larger');
  await writeLargerDocuments(folder, bench.sizes.larger);
  await measure(bench, '1 to 6 MB', folder, 0, { processor: { atLeast: 0.9 }, wall: { atLeast: 0.9 } });
}

/** What they cost is the second readers' share, so they have no target. */
export async function measureArchives(bench: Warm): Promise<void> {
  const folder = join(bench.folder, 'archives');
  await writeArchives(folder, bench.sizes.archives);
  await measure(bench, 'archives', folder, 0, {});
}
