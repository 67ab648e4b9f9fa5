import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { consoleLink } from '../operations/console-link.ts';
import type { DeployedStack } from '../operations/deployed-stack.ts';
import { deployedStarts } from '../operations/deployed-start.ts';
import { scanMachines } from '../operations/execution-logs.ts';
import { shownObject } from '../operations/s3-uri.ts';
import { type ScanResult, type ScanTarget, scanObjects, type Unfinished } from '../operations/scan-objects.ts';
import { asJson, tell, warn } from './output.ts';
import { type Column, hyperlink, rowPrinter } from './rows.ts';
import { statusColor } from './status-color.ts';

/** Each is asked about once in ten seconds at most, and more often at first. */
export const SCANS_AT_ONCE = 20;
/** Step Functions starts 300 a second, and more than one such command may run. */
const MAX_ATTEMPTS = 10;

/** Scans objects as if they had just been uploaded. @returns what goes on without being followed, after the signal */
export type ScanRun = (
  targets: AsyncIterable<ScanTarget | Error>,
  atOnce: number,
  signal: AbortSignal,
  onResult: (result: ScanResult) => void,
) => Promise<readonly Unfinished[]>;

export async function createScanRun(deployed: DeployedStack): Promise<ScanRun> {
  const clients = {
    s3: new S3Client({ followRegionRedirects: true }),
    stepFunctions: new SFNClient({ maxAttempts: MAX_ATTEMPTS }),
    logs: new CloudWatchLogsClient({ maxAttempts: MAX_ATTEMPTS }),
  };
  const startFor = deployedStarts({ deployed, s3: clients.s3, eventBridge: new EventBridgeClient() });
  const machines = await scanMachines(clients.stepFunctions, deployed);
  return (targets, atOnce, signal, onResult) =>
    scanObjects(clients, { deployed, machines, startFor, targets, atOnce, signal, onResult });
}

/** Prints each verdict as it comes. */
export function scanPrinter(): { print(result: ScanResult): void; end(): void } {
  const printer = rowPrinter(COLUMNS);
  return {
    print(result) {
      const link = result.execution === null ? undefined : consoleLink(result.execution);
      printer.row({ ...result, console: link });
      if (link !== undefined && result.status !== 'CLEAN' && !asJson()) tell(`see ${link}`);
    },
    end: () => printer.end(),
  };
}

type Row = ScanResult & { readonly console: string | undefined };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'status', of: ({ status }) => status, color: (text) => statusColor(text), width: 'NOT STARTED'.length },
  { title: 'seconds', of: ({ seconds }) => seconds?.toFixed(1), align: 'right', width: 7 },
  {
    title: 'object',
    of: ({ bucket, key }) => (bucket === '' ? '' : `s3://${bucket}/${key}`),
    color: (text, row) => hyperlink(text, row.console),
    width: 40,
  },
  { title: 'finding', of: ({ finding, cause }) => [finding, cause].filter(Boolean).join(': ') },
];

export function tellOf(unfinished: readonly Unfinished[]): void {
  if (unfinished.length === 0) return;
  warn(`interrupted: ${unfinished.length} executions were started and go on`);
  for (const { execution, ...object } of unfinished) process.stderr.write(`${execution}\t${shownObject(object)}\n`);
}
