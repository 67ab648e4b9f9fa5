import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { consoleLink } from '../operations/console-link.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { objectStatus, type VersionStatus } from '../operations/object-status.ts';
import { readS3Uri } from '../operations/s3-uri.ts';
import { examples } from './examples.ts';
import { asJson, tell } from './output.ts';
import { type Column, hyperlink, rowPrinter } from './rows.ts';
import { statusColor } from './status-color.ts';
import { toTime } from './to-time.ts';

const EXAMPLES = examples(
  'airlock status s3://my-bucket/in/report.pdf',
  `airlock status --json s3://my-bucket/in/report.pdf | jq 'select(.current)'`,
);

export function addStatus(program: Command): void {
  program
    .command('status')
    .description(
      'prints the verdict on every version of an object, or why there is none; exits 1 unless the current one is CLEAN or trusted',
    )
    .argument('<object>', 's3://BUCKET/KEY')
    .option('--since <time>', 'looks for executions since then: a scan by hand that began over an hour ago', toTime)
    .addHelpText('after', EXAMPLES)
    .action(async (uri: string, { stack, since }: { stack: string; since?: Date }) => {
      const object = readS3Uri(uri);
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const printer = rowPrinter(COLUMNS);
      let current: VersionStatus | undefined;
      for await (const { startedAt, ...version } of objectStatus(newClients(), object, { deployed, since })) {
        const link = version.execution === null ? undefined : consoleLink(version.execution, startedAt);
        printer.row({ ...version, console: link });
        if (version.current) {
          current = { ...version, startedAt };
          if (link !== undefined && !asJson()) tell(`see ${link}`);
        }
      }
      printer.end();
      process.exitCode = current !== undefined && isReadable(current) ? 0 : 1;
    });
}

const isReadable = ({ clean, trusted, status, deleteMarker }: VersionStatus) =>
  clean || (trusted && status === null && !deleteMarker);

export const newClients = () => ({
  s3: new S3Client({ followRegionRedirects: true }),
  stepFunctions: new SFNClient(),
  logs: new CloudWatchLogsClient(),
  eventBridge: new EventBridgeClient(),
});

type Row = Omit<VersionStatus, 'startedAt'> & { readonly console: string | undefined };

const COLUMNS: readonly Column<Row>[] = [
  {
    title: 'status',
    of: ({ status, deleteMarker, trusted }) =>
      status ?? (deleteMarker ? 'deleted' : trusted ? 'trusted' : 'no verdict yet'),
    color: (text) => statusColor(text),
  },
  { title: 'version', of: ({ versionId, current }) => `${versionId}${current ? ' (current)' : ''}` },
  { title: 'uploaded', of: ({ lastModified }) => lastModified },
  { title: 'scanned', of: ({ scanTime }) => scanTime ?? '-' },
  { title: 'definitions', of: ({ definitions }) => definitions ?? '-' },
  { title: 'finding, or why', of: ({ finding, why }) => why ?? finding ?? '' },
  {
    title: 'execution',
    of: ({ execution }) => execution?.split(':').at(-1) ?? '-',
    color: (text, row) => hyperlink(text, row.console),
  },
];
