import { S3Client } from '@aws-sdk/client-s3';
import { type Command, InvalidArgumentError } from 'commander';
import { countHidden, type HiddenCount } from '../operations/count-hidden.ts';
import { oneLine } from '../operations/one-line.ts';
import { type PlannedRemoval, planRemoval, removeGate } from '../operations/remove-gate.ts';
import { canAsk, typed } from './confirm.ts';
import { examples } from './examples.ts';
import { asJson, notice, say, tell } from './output.ts';

/** GetObjectTagging costs $0.40 a million; this many take about a minute. */
const COUNT_AT_MOST = 100_000;
const PROGRESS_EVERY = 10_000;

/** Unlike the other commands of `bucket-policy` it needs no stack: the gate outlives it. */
export function addRemove(bucketPolicy: Command): void {
  bucketPolicy
    .command('remove')
    .description('takes the gate out of a policy, after counting what becomes readable and asking; exits 1 if it stays')
    .argument('<bucket>', 'name of a bucket that has the gate, also when the stack is gone')
    .option('--yes', 'does not ask')
    .option('--count-at-most <number>', 'looks at so many versions and no more', toCount, COUNT_AT_MOST)
    .addHelpText(
      'after',
      examples(
        'airlock bucket-policy remove my-bucket',
        'airlock bucket-policy remove my-bucket --count-at-most 1000 --yes',
      ),
    )
    .action(async (bucket: string, { yes = false, countAtMost }) => {
      const s3 = new S3Client({ followRegionRedirects: true });
      const plan = await planRemoval(s3, bucket);
      if (plan.kept.length > 0) tell(`these statements are not the gate's and stay: ${plan.kept.join(', ')}`);
      if (plan.removed.length === 0) return tell(`the policy of ${bucket} has no gate`);
      if (asJson()) say(oneLine(JSON.stringify({ bucket, removed: plan.removed, kept: plan.kept, patch: plan.patch })));
      else process.stdout.write(plan.patch);
      notice(await warning(s3, bucket, plan, countAtMost));
      if (!yes && !canAsk()) {
        throw new Error('there is no terminal to ask on. To remove the gate all the same, add --yes');
      }
      if (yes || (await typed(bucket, 'To remove the gate, type the name of the bucket: '))) {
        await removeGate(s3, bucket, plan);
        return tell(`the gate of ${bucket} is removed`);
      }
      tell(`the gate of ${bucket} stays`);
      process.exitCode = 1;
    });
}

async function warning(s3: S3Client, bucket: string, { lets }: PlannedRemoval, atMost: number): Promise<string> {
  if (lets === undefined) return 'what is left of the gate hides nothing from readers';
  let told = 0;
  const onProgress = ({ seen, more }: HiddenCount) => {
    if (!more || seen - told < PROGRESS_EVERY) return;
    told = seen;
    tell(`looked at ${seen} versions so far`);
  };
  const { seen, hidden, more } = await countHidden(s3, { bucket, lets, atMost, onProgress });
  const total = [...hidden.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...hidden]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} ${status === '' ? 'without a verdict' : status}`);
  const what = [`${total} of ${seen} versions become readable`, parts.join(', ')].filter(Boolean).join(': ');
  return `${more ? 'at least ' : ''}${what}${more ? ' (the bucket has more: --count-at-most)' : ''}`;
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('not a number of versions.');
}
