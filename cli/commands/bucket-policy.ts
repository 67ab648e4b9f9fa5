import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { deployedGate, merge, planMerge } from '../operations/merge-gate.ts';
import { examples } from './examples.ts';
import { asJson, say, tell, warn } from './output.ts';
import { addRemove } from './remove-bucket-policy.ts';

export function addBucketPolicy(program: Command): void {
  const command = program
    .command('bucket-policy')
    .description('the gate of a watched bucket: the policy that denies reading before CLEAN');
  const onBucket = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .argument('<bucket>', 'name of a bucket that the stack watches')
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
    .action(async (bucket: string, { stack, replace = false }) => {
      const { s3, cloudFormation } = clients();
      const plan = await planMerge({ s3, cloudFormation }, { bucket, stack });
      if (plan.overwritten.length > 0 && !replace) {
        throw new Error(`${notOurs(bucket, plan.overwritten)}. Give them another Sid, or replace them with --replace`);
      }
      if (plan.changed) await merge(s3, bucket, plan);
      if (asJson()) say(JSON.stringify({ bucket, changed: plan.changed, patch: plan.patch }));
      else process.stdout.write(plan.patch);
      tell(`the gate of ${bucket} ${plan.changed ? 'is closed' : 'was already closed'}`);
    });
  addRemove(command);
}

const clients = () => ({
  s3: new S3Client({ followRegionRedirects: true }),
  cloudFormation: new CloudFormationClient(),
});

function notOurs(bucket: string, sids: readonly string[]): string {
  return `the policy of ${bucket} has its own statements with Sids of the gate: ${sids.join(', ')}`;
}
