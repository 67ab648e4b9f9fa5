import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { type Command, InvalidArgumentError } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { describedCopies, findCopy, type QuarantinedCopy } from '../operations/quarantine/copies.ts';
import { type LogEntry, logOf } from '../operations/quarantine/log.ts';
import { explainedRefusal } from '../operations/quarantine/quarantine-fault.ts';
import { examples } from './examples.ts';
import { asJson, say, tell } from './output.ts';
import { addDelete } from './quarantine-delete.ts';
import { addRestore } from './quarantine-restore.ts';
import { type Column, rowPrinter } from './rows.ts';

const EXAMPLES = `
Examples:
  airlock quarantine list
  airlock quarantine list --bucket uploads --json | jq -r .id
  airlock quarantine show s3://uploads/in/report.pdf
  airlock quarantine restore 5f2a90c3d1e4b6a7 --reason 'false positive, reported to ClamAV'
  airlock quarantine delete 5f2a90c3d1e4b6a7 --reason 'malware, analyzed'

A copy is named by its ID, by s3://BUCKET/KEY of the original, or by its key in the quarantine bucket.`;

export function addQuarantine(program: Command): void {
  const command = program
    .command('quarantine')
    .description('what was moved out of the buckets as malware: only for the roles in quarantine.operatorRoleArns')
    .addHelpText('after', EXAMPLES);

  command
    .command('list')
    .description('prints the copies in quarantine: ID, when, finding, bytes, where they come from')
    .option('--bucket <name>', 'only those that come from this bucket', toBucket)
    .option('--prefix <prefix>', 'only keys that begin with it; needs --bucket')
    .addHelpText(
      'after',
      examples('airlock quarantine list', 'airlock quarantine list --bucket uploads --prefix in/ --json'),
    )
    .action(async ({ bucket, prefix, stack }, list: Command) => {
      if (prefix !== undefined && bucket === undefined)
        list.error("error: option '--prefix <prefix>' needs '--bucket <name>'");
      const quarantine = await quarantineOf(stack);
      const s3 = new S3Client({ followRegionRedirects: true });
      const rows = rowPrinter(COLUMNS);
      let count = 0;
      try {
        for await (const copy of describedCopies(
          s3,
          quarantine,
          bucket === undefined ? '' : `${bucket}/${prefix ?? ''}`,
        )) {
          count += 1;
          rows.row(recordOf(copy));
        }
      } catch (fault) {
        throw explainedRefusal(fault, `read the quarantine ${quarantine}`);
      }
      rows.end();
      tell(`${count} in quarantine`);
    });

  command
    .command('show')
    .description('prints everything about one copy, and what was done about it')
    .argument('<copy>', 'ID, s3://BUCKET/KEY of the original, or key in the quarantine')
    .addHelpText(
      'after',
      examples('airlock quarantine show 5f2a90c3d1e4b6a7', 'airlock quarantine show s3://uploads/in/report.pdf'),
    )
    .action(async (reference: string, { stack }) => {
      const quarantine = await quarantineOf(stack);
      const s3 = new S3Client({ followRegionRedirects: true });
      try {
        const copy = await findCopy(s3, quarantine, reference);
        const log = await logOf(s3, quarantine, copy.id);
        say(asJson() ? JSON.stringify({ ...recordOf(copy), log }) : detailsOf(copy, log).join('\n'));
      } catch (fault) {
        throw explainedRefusal(fault, `read the quarantine ${quarantine}`);
      }
    });

  addRestore(command);
  addDelete(command);
}

async function quarantineOf(stack: string): Promise<string> {
  return (await describeStack(new CloudFormationClient(), stack)).output('QuarantineBucketName');
}

function toBucket(text: string): string {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text)) return text;
  throw new InvalidArgumentError('is not the name of a bucket.');
}

/** Without what only a restore needs. */
function recordOf({ stored, etag, ...copy }: QuarantinedCopy) {
  return { ...copy, contentType: stored.contentType ?? null };
}

const sourceOf = ({ original: { bucket, key } }: Pick<QuarantinedCopy, 'original'>): string =>
  oneLine(`s3://${bucket}/${key}`);

const COLUMNS: readonly Column<ReturnType<typeof recordOf>>[] = [
  { title: 'id', of: ({ id }) => id, width: 16 },
  { title: 'quarantined', of: ({ quarantined }) => quarantined, width: 24 },
  { title: 'finding', of: ({ finding }) => finding, width: 24 },
  { title: 'bytes', of: ({ size }) => size, align: 'right', width: 10 },
  { title: 'version', of: ({ original }) => original.version ?? '-', width: 8 },
  { title: 'from', of: sourceOf },
];

function detailsOf(copy: QuarantinedCopy, log: readonly LogEntry[]): string[] {
  const rows = {
    id: copy.id,
    from: sourceOf(copy),
    version: copy.original.version ?? '-',
    etag: copy.original.etag,
    bytes: copy.size,
    type: copy.stored.contentType ?? '-',
    quarantined: copy.quarantined,
    verdict: `${copy.status} ${copy.finding}`,
    definitions: copy.definitions,
    scanned: copy.scanTime,
    'locked until': copy.lockedUntil ?? '-',
    key: copy.key,
  };
  const history = log.map(({ at, action, by, reason, target, result }) => {
    const where = target === undefined ? '' : ` to s3://${target.bucket}/${target.key}`;
    return `${at}  ${action}${where}${result === undefined ? '' : ` (${result})`} by ${by}: ${reason}`;
  });
  return [
    ...Object.entries(rows).map(([name, value]) => `${`${name}:`.padEnd(14)}${oneLine(String(value))}`),
    ...(history.length > 0 ? ['', ...history.map(oneLine)] : []),
  ];
}
