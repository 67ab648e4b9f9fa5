import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { planRemoval, removeGate } from '../operations/remove-gate.ts';
import { canAsk, typed } from './confirm.ts';
import { countOption, countVersions } from './count-versions.ts';
import { examples } from './examples.ts';
import { asJson, notice, say, tell } from './output.ts';

/** Unlike the other commands of `bucket-policy` it needs no stack: the gate outlives it. */
export function addRemove(bucketPolicy: Command): void {
  bucketPolicy
    .command('remove')
    .description('takes the gate out of a policy, after counting what becomes readable and asking; exits 1 if it stays')
    .argument('<bucket>', 'name of a bucket that has the gate, also when the stack is gone')
    .option('--yes', 'does not ask')
    .addOption(countOption())
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
      const { lets } = plan;
      if (lets === undefined) notice('what is left of the gate hides nothing from readers');
      else notice((await countVersions(s3, { bucket, lets, atMost: countAtMost }, 'become readable')).text);
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
