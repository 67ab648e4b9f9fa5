import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { HuntNamed } from '../../functions/domain/hunt/named.ts';
import { HuntRequest, type HuntSummary } from '../../functions/domain/hunt/payloads.ts';
import type { DeployedStack } from '../operations/deployed-stack.ts';
import { followRescan, type RescanOutcome } from '../operations/follow-rescan.ts';
import { huntNames } from '../operations/hunt/hunt-names.ts';
import type { ScanTarget } from '../operations/scan-objects.ts';
import { dollars, duration, number, objectsAndBytes } from './figures.ts';
import { interruption } from './interruption.ts';
import { asJson, complain, say, tell, warn } from './output.ts';
import { startProgress, underWay } from './progress.ts';
import { type Column, rowPrinter } from './rows.ts';

/** A match is neither success nor failure. */
export const MATCHED = 3;

export interface HuntClients {
  readonly s3: S3Client;
  readonly stepFunctions: SFNClient;
}

export interface EndedHunt {
  readonly request: HuntRequest;
  readonly matches: readonly ScanTarget[];
  /** Whether it succeeded. */
  readonly complete: boolean;
}

/**
 * Waits for a hunt, and prints by name what matches and what was not looked at in full, then its totals.
 * @param start what starts it: Ctrl-C then waits for it, so that nothing is started that has no name
 * @returns undefined after Ctrl-C
 */
export async function followHunt(
  clients: HuntClients,
  deployed: DeployedStack,
  start: () => Promise<string>,
): Promise<EndedHunt | undefined> {
  const interrupted = interruption();
  const shown = startProgress();
  const executionArn = await start();
  const outcome = await followRescan(clients.stepFunctions, executionArn, {
    signal: interrupted.signal,
    onProgress: (progress) => shown.update(() => underWay(progress)),
  });
  shown.clear();
  interrupted.end();
  if (outcome === undefined) {
    warn('the hunt goes on');
    for (const word of ['follow', 'stop'])
      process.stderr.write(`to ${word} it: airlock hunt --${word} ${executionArn}\n`);
    process.exitCode = interrupted.code();
    return undefined;
  }
  const request = HuntRequest.parse(JSON.parse(outcome.input));
  const matches: ScanTarget[] = [];
  await printObjects(clients, deployed, { bucket: request.bucket, executionArn }, matches);
  const failed = printTotals(outcome);
  const complete = outcome.summary !== undefined;
  // As grep does: that something went wrong is not hidden by a match.
  if (!complete || failed > 0) process.exitCode = 1;
  else process.exitCode = matches.length > 0 ? MATCHED : 0;
  return { request, matches, complete };
}

async function printObjects(
  { s3 }: HuntClients,
  deployed: DeployedStack,
  { bucket, executionArn }: { readonly bucket: string; readonly executionArn: string },
  matches: ScanTarget[],
): Promise<void> {
  const runName = executionArn.split(':').at(-1) ?? '';
  const printer = rowPrinter(COLUMNS);
  let unnamed = 0;
  const names = huntNames(s3, { resultsBucket: deployed.output('RescanResultsBucketName'), runName }, (more) => {
    unnamed += more;
  });
  for await (const object of names) {
    const { key, versionId, what } = object;
    if (what === 'match') matches.push({ bucket, key, ...(versionId !== undefined && { versionId }) });
    printer.row({ bucket, ...object });
  }
  printer.end();
  if (unnamed > 0)
    warn(`${number(unnamed)} more objects have no name in the results: hunt again under shorter prefixes`);
}

/** @returns how many objects failed */
function printTotals({ status, summary, reason }: RescanOutcome): number {
  if (summary === undefined) {
    complain([status, reason].filter(Boolean).join(': '));
    return 0;
  }
  const totals = JSON.parse(summary) as HuntSummary;
  const { listed, looked, matched, partly, unread, failed, bytes, signatures, durationMs, costUsd } = totals;
  const notWhole = [...counts('not looked at', unread), ...counts('looked at in part', partly)];
  if (failed > 0) notWhole.push(`${number(failed)} failed`);
  if (notWhole.length > 0) warn(`not everything was looked at: ${notWhole.join(', ')}`);
  if (asJson()) say(JSON.stringify(totals));
  else {
    tell(
      `${number(listed)} objects listed, ${objectsAndBytes({ objects: looked, bytes })} looked at with ${number(signatures)} signature${signatures === 1 ? '' : 's'} in ${duration(durationMs / 1000)}, ${dollars(costUsd)}`,
    );
    tell(`${number(matched)} match`);
  }
  return failed;
}

const counts = (what: string, byReason: Readonly<Record<string, number>>): string[] =>
  Object.entries(byReason).map(([reason, objects]) => `${number(objects)} ${what} (${reason})`);

type Row = HuntNamed & { readonly bucket: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'what', of: ({ what }) => what, width: 'partly'.length },
  { title: 'rule or cause', of: ({ reason }) => reason, width: 34 },
  { title: 'version', of: ({ versionId }) => versionId, width: 32 },
  { title: 'object', of: ({ bucket, key }) => `s3://${bucket}/${key}` },
];
