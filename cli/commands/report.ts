import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { deployedFilters } from '../../functions/adapters/report/deployed-filters.ts';
import { lookAtObjects } from '../../functions/adapters/report/look-at-objects.ts';
import { REPORT_CELLS } from '../../functions/domain/report/cells.ts';
import { NOTHING, type Progress } from '../../functions/domain/report/progress.ts';
import { type ReportEnd, type ReportedObject, runReport } from '../../functions/domain/report/run-report.ts';
import { type DeployedStack, describeStack } from '../operations/deployed-stack.ts';
import { explained } from '../operations/explain-fault.ts';
import { type Estimate, estimateObjects, priceOf, requestsFor } from '../operations/report/estimate-objects.ts';
import { type AskedOfCommand, readState, writeState } from '../operations/report/report-state.ts';
import { assertStatuses, reportTargets } from '../operations/report/report-targets.ts';
import { dollars, duration, number } from './figures.ts';
import { interruption } from './interruption.ts';
import { complain, tell, warn } from './output.ts';
import { startProgress } from './progress.ts';
import { type Column, printRows, rowPrinter } from './rows.ts';
import { statusColor } from './status-color.ts';
import { toTime } from './to-time.ts';

const EXAMPLES = `
Exit codes: 0 nothing was reported; 1 something was; 2 it failed; 130 Ctrl-C. The last two say how to go on.

Examples:
  airlock report
  airlock report s3://my-bucket/in/ --status INFECTED,ERROR --since 2026-01-31
  airlock report --status none --json > without-a-verdict.jsonl
  airlock report --summary
  airlock report --resume airlock-report-20260131T090000000Z.json >> without-a-verdict.jsonl`;

interface Options {
  readonly stack: string;
  readonly status?: readonly string[];
  readonly since?: Date;
  readonly versions?: boolean;
  readonly summary?: boolean;
  readonly resume?: string;
}

export function addReport(program: Command): void {
  program
    .command('report')
    .description(
      'prints the objects that are INFECTED, REJECTED, UNSCANNABLE, ERROR or without a verdict now; exits 1 if there is one',
    )
    .argument('[place...]', 'BUCKET or s3://BUCKET/PREFIX (default: all buckets that the stack watches)')
    .option(
      '--status <status>',
      "only these, also as a list with commas: verdicts, the dialect's words for them, `none` for no verdict (default: all but CLEAN)",
      (text: string, before: readonly string[] = []) => [...before, ...text.split(',').filter(Boolean)],
    )
    .option(
      '--since <time>',
      'only verdicts since then; without a verdict, uploads since then; ISO 8601, or as 2h, 1d',
      toTime,
    )
    .option('--versions', 'also old versions')
    .option('--summary', 'prints how many there are of each status, in place of the objects')
    .option('--resume <file>', 'goes on where Ctrl-C or a failure ended a report')
    .addHelpText('after', EXAMPLES)
    .action(async (places: readonly string[], options: Options, command: Command) => {
      const { stack, resume } = options;
      const { status, since, versions, summary } = options;
      if (resume !== undefined && (places.length > 0 || status || since || versions || summary)) {
        command.error("error: '--resume <file>' goes on with what was asked then: it takes nothing else");
      }
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const state = resume === undefined ? begin(deployed, places, options) : readState(resume);
      if (state.asked.stack !== stack) {
        throw new Error(`${resume} is of the stack ${state.asked.stack}, not of ${stack}: give --stack`);
      }
      await report(deployed, { ...state, file: resume });
    });
}

function begin(deployed: DeployedStack, places: readonly string[], options: Options) {
  const { stack, status = [], since, versions = false, summary = false } = options;
  const targets = reportTargets(deployed, places);
  assertStatuses(
    status,
    deployed,
    targets.map(({ bucket }) => bucket),
  );
  const asked: AskedOfCommand = {
    ...{ stack, targets, status: [...status], versions, summary },
    ...(since && { since: since.toISOString() }),
  };
  return { asked, progress: NOTHING };
}

interface Report {
  readonly asked: AskedOfCommand;
  /** Of an interrupted report. */
  readonly progress: Progress;
  readonly file: string | undefined;
}

async function report(deployed: DeployedStack, { asked, progress: from, file }: Report): Promise<void> {
  const interrupted = interruption();
  const { signal } = interrupted;
  // Throttled, it slows down by itself.
  const s3 = new S3Client({ followRegionRedirects: true, retryMode: 'adaptive', maxAttempts: 10 });
  const cloudWatch = new CloudWatchClient();
  const shown = startProgress();
  const printer = asked.summary ? undefined : rowPrinter(COLUMNS);
  const begun = Date.now();
  let estimate: Estimate | undefined;
  let end: ReportEnd;
  try {
    estimate = await estimateObjects({ s3, cloudWatch }, asked, from, signal);
    tell(estimated(estimate));
    const eventBridge = new EventBridgeClient();
    end = await runReport({
      ...{ asked, from, signal, look: lookAtObjects(s3) },
      async bucketOf(bucket) {
        const { gate, starts } = deployed.bucketOf(bucket);
        const trusted = (gate.trusted ?? []).map(({ prefix }) => prefix);
        return { dialect: gate, filters: await deployedFilters(eventBridge, starts.uploadRuleArn, trusted) };
      },
      onObject(object) {
        shown.clear();
        printer?.row(object);
      },
      onProgress: (now) => shown.update(() => underWay(now, from, begun, estimate)),
    });
  } catch (fault) {
    end = { progress: from, fault };
  }
  shown.clear();
  printer?.end();
  interrupted.end();
  const { list, tags } = end.progress.requests;
  const progress = { ...end.progress, requests: { list: list + (estimate?.listed ?? 0), tags } };
  const rows = summaryOf(progress);
  if (asked.summary && end.fault === undefined) printRows(SUMMARY, rows);
  else for (const { bucket, status, objects } of rows) tell(`s3://${bucket}: ${number(objects)} ${status}`);
  const { requests } = progress;
  tell(
    `${number(progress.objects)} objects looked at, ${number(progress.reported)} reported; ${number(requests.list + requests.tags)} requests, ${dollars(priceOf(requests))}`,
  );
  process.exitCode = progress.reported > 0 ? 1 : 0;
  if (end.fault === undefined) return;
  process.exitCode = interrupted.code() || 2;
  if (!signal.aborted) complain(explained(end.fault));
  if (progress.objects === 0) return;
  warn(`not finished. To go on: airlock report --resume ${writeState(asked, progress, file)}`);
}

function estimated({ objects, kind, listed }: Estimate): string {
  const { list, tags } = requestsFor(objects);
  const few = kind === 'exactly' ? '' : `${kind} `;
  const requests = { list: list + listed, tags };
  return `${few}${number(objects)} objects to look at: ${few}${number(requests.list + requests.tags)} requests, ${few}${dollars(priceOf(requests))}`;
}

/** So many objects tell nothing about the rate. */
const FEW = 100;

function underWay({ objects, reported }: Progress, from: Progress, begun: number, estimate: Estimate | undefined) {
  const done = objects - from.objects;
  const rate = done / Math.max(0.001, (Date.now() - begun) / 1000);
  const left = (estimate?.objects ?? 0) - done;
  const isKnown = estimate !== undefined && estimate.kind !== 'more than' && left >= 0;
  return [
    `${number(objects)}${isKnown ? ` of ${estimate.kind === 'about' ? 'about ' : ''}${number(objects + left)}` : ''} objects`,
    `${number(reported)} reported`,
    `${number(Math.round(rate))}/s`,
    ...(isKnown && done > FEW ? [`${duration(left / rate)} left`] : []),
  ].join(', ');
}

interface SummaryRow {
  readonly bucket: string;
  readonly status: string;
  readonly objects: number;
}

const summaryOf = ({ counts }: Progress): SummaryRow[] =>
  Object.entries(counts).flatMap(([bucket, by]) =>
    Object.entries(by)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([status, objects]) => ({ bucket, status, objects })),
  );

const SUMMARY: readonly Column<SummaryRow>[] = [
  { title: 'bucket', of: ({ bucket }) => bucket },
  { title: 'status', of: ({ status }) => status },
  { title: 'objects', of: ({ objects }) => number(objects), align: 'right' },
];

/** How each cell stands in a table on a terminal. */
const LAYOUT: Readonly<Partial<Record<string, Omit<Column<ReportedObject>, 'title' | 'of'>>>> = {
  status: { color: (text) => statusColor(text), width: 'UNSCANNABLE'.length },
  'verdict or upload': { width: '2026-01-31T09:00:00Z'.length },
  finding: { width: 30 },
};

const COLUMNS: readonly Column<ReportedObject>[] = REPORT_CELLS.map((cell) => ({ ...cell, ...LAYOUT[cell.title] }));
