import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { deployedGate, merge, planMerge } from '../operations/merge-gate.ts';
import { say, tell } from './output.ts';
import { stackOption } from './stack-option.ts';

export function addBucketPolicy(program: Command): void {
  const command = program
    .command('bucket-policy')
    .description('the gate of a watched bucket: what its policy must say so that nobody reads before CLEAN');
  const onBucket = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .argument('<bucket>', 'name of a bucket that the stack watches')
      .addOption(stackOption());

  onBucket('print', 'prints the gate alone, as a policy').action(async (bucket: string, { stack }) => {
    const gate = await deployedGate(new CloudFormationClient(), { bucket, stack });
    say(JSON.stringify(gate, null, 2));
  });

  onBucket('diff', "shows what `merge` would change in the bucket's policy; exits 1 if anything").action(
    async (bucket: string, { stack }) => {
      const { patch, changed, overwritten } = await planMerge(clients(), { bucket, stack });
      process.stdout.write(patch);
      if (overwritten.length > 0) tell(`warning: ${notOurs(bucket, overwritten)}`);
      process.exitCode = changed ? 1 : 0;
    },
  );

  onBucket('merge', "puts the gate into the bucket's policy, whose other statements stay as they are")
    .option('--replace', "replaces statements of the bucket's own that have the Sid of one of the gate's, too")
    .action(async (bucket: string, { stack, replace = false }) => {
      const { s3, cloudFormation } = clients();
      const plan = await planMerge({ s3, cloudFormation }, { bucket, stack });
      if (plan.overwritten.length > 0 && !replace) {
        throw new Error(
          `${notOurs(bucket, plan.overwritten)}. Give them another Sid, or let --replace do away with them`,
        );
      }
      if (plan.changed) await merge(s3, bucket, plan);
      process.stdout.write(plan.patch);
      tell(`the gate of ${bucket} ${plan.changed ? 'is closed' : 'was closed already'}`);
    });
}

const clients = () => ({
  s3: new S3Client({ followRegionRedirects: true }),
  cloudFormation: new CloudFormationClient(),
});

function notOurs(bucket: string, sids: readonly string[]): string {
  return `the policy of ${bucket} has statements of its own under names of the gate: ${sids.join(', ')}`;
}
