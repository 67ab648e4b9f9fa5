import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { NO_VERDICT } from '../operations/count-hidden.ts';
import { deployedGate, merge, type PlannedMerge, planMerge } from '../operations/merge-gate.ts';
import { canAsk, typed } from './confirm.ts';
import { countOption, countVersions } from './count-versions.ts';
import { examples } from './examples.ts';
import { asJson, notice, say, tell, warn } from './output.ts';
import { addRemove } from './remove-bucket-policy.ts';

export function addBucketPolicy(program: Command): void {
  const command = program
    .command('bucket-policy')
    .description('the gate of a watched bucket: the policy that denies reading before CLEAN');
  const onBucket = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .argument('<bucket>', 'name of a bucket that the stack watches, or copies clean objects to')
      .addHelpText('after', examples(`airlock bucket-policy ${name} my-bucket`));

  onBucket('print', 'prints only the gate, as a policy').action(async (bucket: string, { stack }) => {
    const gate = await deployedGate(new CloudFormationClient(), { bucket, stack });
    say(JSON.stringify(gate, null, asJson() ? 0 : 2));
  });

  onBucket('diff', "shows what `merge` would change in the bucket's policy; exits 1 if anything").action(
    async (bucket: string, { stack }) => {
      const { patch, changed, overwritten } = await planMerge(clients(), { bucket, stack });
      if (asJson()) say(JSON.stringify({ bucket, changed, overwritten, patch }));
      else process.stdout.write(patch);
      if (overwritten.length > 0) warn(notOurs(bucket, overwritten));
      process.exitCode = changed ? 1 : 0;
    },
  );

  onBucket('merge', "merges the gate into the bucket's policy and keeps its other statements")
    .option('--replace', "also replaces the bucket's own statements that have a Sid of the gate")
    .option('--yes', 'does not ask')
    .addOption(countOption())
    .action(async (bucket: string, { stack, replace = false, yes = false, countAtMost }) => {
      const { s3, cloudFormation } = clients();
      const plan = await planMerge({ s3, cloudFormation }, { bucket, stack });
      if (plan.overwritten.length > 0 && !replace) {
        throw new Error(`${notOurs(bucket, plan.overwritten)}. Give them another Sid, or replace them with --replace`);
      }
      if (!asJson()) process.stdout.write(plan.patch);
      if (plan.changed && !(await agreed(s3, bucket, plan, { yes, atMost: countAtMost }))) {
        tell(`the gate of ${bucket} stays as it is`);
        process.exitCode = 1;
        return;
      }
      if (plan.changed) await merge(s3, bucket, plan);
      if (asJson()) say(JSON.stringify({ bucket, changed: plan.changed, patch: plan.patch }));
      tell(`the gate of ${bucket} ${plan.changed ? 'is closed' : 'was already closed'}`);
    });
  addRemove(command);
}

/** Whoever closes the gate of a full bucket takes every object without a verdict from its readers. */
async function agreed(
  s3: S3Client,
  bucket: string,
  { lets, opens }: PlannedMerge,
  { yes, atMost }: { readonly yes: boolean; readonly atMost: number },
): Promise<boolean> {
  if (lets === undefined) return true;
  const { hidden, text } = await countVersions(
    s3,
    { bucket, lets, atMost },
    'are unreadable until their tag says CLEAN',
  );
  notice(text);
  let opened = 0;
  for (const prefix of opens) {
    // As for readers whom the gate shows nothing there.
    const closed = { ...lets, trusted: [] };
    const { hidden: count, text: found } = await countVersions(
      s3,
      { bucket, prefix, lets: closed, only: NO_VERDICT, atMost },
      `under ${prefix} become readable without a verdict`,
    );
    if (count > 0)
      notice(`${found}. First: airlock rescan s3://${bucket}/${prefix} --trusted --strategy unscanned --wait`);
    opened += count;
  }
  if (yes || hidden + opened === 0) return true;
  if (!canAsk()) {
    throw new Error('there is no terminal to ask on. To close the gate all the same, add --yes; first: airlock rescan');
  }
  return typed(bucket, 'To close the gate, type the name of the bucket: ');
}

const clients = () => ({
  s3: new S3Client({ followRegionRedirects: true }),
  cloudFormation: new CloudFormationClient(),
});

function notOurs(bucket: string, sids: readonly string[]): string {
  return `the policy of ${bucket} has its own statements with Sids of the gate: ${sids.join(', ')}`;
}
