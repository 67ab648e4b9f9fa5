import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import type { DeployedStack } from '../operations/deployed-stack.ts';
import { followRescan, type RescanOutcome } from '../operations/follow-rescan.ts';
import { type RunObject, reasonOf, runObjects } from '../operations/run-names.ts';
import { dollars, duration, number, objectsAndBytes } from './figures.ts';
import { interruption } from './interruption.ts';
import { asJson, complain, say, tell, warn } from './output.ts';
import { startProgress, underWay } from './progress.ts';
import { type Column, rowPrinter } from './rows.ts';

/**
 * Waits for a rescan, and prints by name what it found and what failed, then its totals. Exit code 1 if it failed, or
 * anything did or is infected.
 * @param executionArn or what starts it: Ctrl-C then waits for it, so that nothing is started that has no name
 */
export async function printOutcome(
  { stepFunctions, s3 }: { readonly stepFunctions: SFNClient; readonly s3: S3Client },
  deployed: DeployedStack,
  start: () => Promise<string>,
): Promise<void> {
  const interrupted = interruption();
  const shown = startProgress();
  const executionArn = await start();
  const outcome = await followRescan(stepFunctions, executionArn, {
    signal: interrupted.signal,
    onProgress: (progress) => shown.update(() => underWay(progress)),
  });
  shown.clear();
  interrupted.end();
  if (outcome === undefined) {
    warn('the rescan goes on');
    for (const word of ['follow', 'stop'])
      process.stderr.write(`to ${word} it: airlock rescan --${word} ${executionArn}\n`);
    process.exitCode = interrupted.code();
    return;
  }
  const found = await printObjects(s3, deployed, executionArn, outcome);
  printTotals(outcome, found);
}

type Counts = Record<RunObject['what'], number>;

async function printObjects(
  s3: S3Client,
  deployed: DeployedStack,
  executionArn: string,
  { input }: RescanOutcome,
): Promise<Counts> {
  const { bucket = '' } = JSON.parse(input) as { bucket?: string };
  const place = { resultsBucket: deployed.output('RescanResultsBucketName'), runName: nameOf(executionArn) };
  const counts: Counts = { failed: 0, infected: 0, changed: 0 };
  const printer = rowPrinter(COLUMNS);
  let unnamed = 0;
  for await (const object of runObjects(s3, place, (more) => {
    unnamed += more;
  })) {
    counts[object.what] += 1;
    printer.row({ bucket, ...object });
  }
  printer.end();
  if (unnamed > 0)
    warn(`${number(unnamed)} more objects have no name in the results: a batch has room for about a hundred`);
  return counts;
}

function printTotals({ status, summary, reason }: RescanOutcome, found: Counts): void {
  if (summary === undefined) complain([status, reason].filter(Boolean).join(': '));
  const totals = summary === undefined ? undefined : (JSON.parse(summary) as RescanSummary);
  const failed = totals?.failed ?? found.failed;
  const infected = totals?.infected ?? found.infected;
  process.exitCode = totals === undefined || failed > 0 || infected > 0 ? 1 : 0;
  if (totals === undefined) return;
  if (asJson()) say(JSON.stringify(totals));
  else tellTotals(totals);
}

function tellTotals(totals: RescanSummary): void {
  const { listed, scanned, bytes, changed, skipped, failed, infected, durationMs, costUsd } = totals;
  const ofSkipped = Object.entries(skipped).map(([why, objects]) => `${number(objects)} ${why}`);
  tell(
    `${number(listed)} objects listed, ${objectsAndBytes({ objects: scanned, bytes })} scanned in ${duration(durationMs / 1000)}, ${dollars(costUsd)}`,
  );
  if (ofSkipped.length > 0) tell(`skipped: ${ofSkipped.join(', ')}`);
  tell(`${number(changed)} verdicts written, ${number(infected)} infected, ${number(failed)} failed`);
}

const nameOf = (executionArn: string) => executionArn.split(':').at(-1) ?? '';

type Row = RunObject & { readonly bucket: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'what', of: ({ what }) => what, width: 'infected'.length },
  { title: 'verdict', of: verdictOf, width: 'CLEAN -> UNSCANNABLE'.length },
  { title: 'finding or cause', of: reasonOf, width: 30 },
  { title: 'object', of: ({ bucket, key }) => `s3://${bucket}/${key}` },
];

function verdictOf({ was, status }: Row): string {
  return was === undefined ? (status ?? '') : `${was ?? 'none'} -> ${status}`;
}
