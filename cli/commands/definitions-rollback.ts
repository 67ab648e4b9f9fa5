import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { type Command, InvalidArgumentError } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { decision } from '../operations/caller.ts';
import { currentSet, endHold, goBackTo, keptSets } from '../operations/definitions/published-sets.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { asJson, say, tell } from './output.ts';
import { reasonOption } from './reason-option.ts';

const HOLD_DAYS = 7;
const DAY_MILLISECONDS = 24 * 3_600_000;

const HELP = `
Examples:
  airlock definitions rollback --reason 'the set of today finds every PDF'
  airlock definitions rollback --to 20261121T211556123Z-27500 --hold-days 2 --reason 'until ClamAV has corrected it'

Updates publish nothing until the hold ends: at its time, or with

  airlock definitions rollback --end

The next update then publishes what is newest. While a set is held for longer than a day, the alarm DefinitionsOld is on.`;

export function addRollback(definitions: Command): void {
  definitions
    .command('rollback')
    .description('puts an earlier set in use again, and holds it')
    .addOption(reasonOption())
    .option(
      '--to <set>',
      'which, as `airlock definitions status` prints it (default: the newest before the present one)',
    )
    .option('--hold-days <days>', 'for how long', toDays, HOLD_DAYS)
    .option('--end', 'ends the hold instead')
    .addHelpText('after', HELP)
    .action(async ({ reason, to, holdDays, end = false, stack }, command: Command) => {
      if (!end && reason === undefined) command.error("error: required option '--reason <text>' not specified");
      const bucket = (await describeStack(new CloudFormationClient(), stack)).output('DefinitionsBucketName');
      const s3 = new S3Client({ followRegionRedirects: true });
      const current = await currentSet(s3, bucket);
      if (current === undefined) throw new Error('nothing has been published yet: `airlock definitions update`');
      if (end) {
        const wasHeld = await endHold(s3, bucket, current);
        if (asJson()) say(JSON.stringify({ version: current.set.version, ended: wasHeld }));
        tell(wasHeld ? 'the hold has ended: `airlock definitions update` publishes what is newest' : 'nothing is held');
        return;
      }
      const kept = (await keptSets(s3, bucket)).filter(({ prefix }) => prefix !== current.set.prefix);
      const earlier =
        to === undefined
          ? kept.find(({ publishedAt }) => publishedAt < current.set.publishedAt)
          : kept.find(({ prefix, version }) => prefix === `versions/${to}/` || version === to);
      if (earlier === undefined) {
        const names = kept.map(({ prefix }) => prefix.slice('versions/'.length, -1)).join(', ') || 'none';
        throw new Error(`there is no earlier set ${to === undefined ? '' : JSON.stringify(to)}; kept are: ${names}`);
      }
      const made = await decision(new STSClient(), reason);
      const until = new Date(Date.parse(made.at) + holdDays * DAY_MILLISECONDS).toISOString();
      await goBackTo(s3, bucket, { earlier, current, hold: { ...made, until } });
      const { version, publishedAt } = earlier;
      say(
        asJson()
          ? JSON.stringify({ version, publishedAt, until })
          : [version, `of ${publishedAt}`, `held until ${until}`].map(oneLine).join('\t'),
      );
      tell('scanners use it within ten minutes. To end the hold earlier: `airlock definitions rollback --end`');
    });
}

function toDays(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('is not a number of days, 1 to 99.');
}
