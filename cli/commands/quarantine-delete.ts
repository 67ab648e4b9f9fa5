import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { Command } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { decision } from '../operations/caller.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { findCopy, type QuarantinedCopy } from '../operations/quarantine/copies.ts';
import { deleteCopy } from '../operations/quarantine/delete-copy.ts';
import { explainedRefusal } from '../operations/quarantine/quarantine-fault.ts';
import { canAsk, typed } from './confirm.ts';
import { examples } from './examples.ts';
import { asJson, say, tell } from './output.ts';
import { reasonOption } from './reason-option.ts';

export function addDelete(quarantine: Command): void {
  quarantine
    .command('delete')
    .description('deletes copies from the quarantine for good, after asking; exits 1 if any stays')
    .argument('<copy...>', 'ID, s3://BUCKET/KEY of the original, or key in the quarantine')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--yes', 'does not ask')
    .option('--bypass-lock', 'also under Object Lock in governance mode; needs s3:BypassGovernanceRetention')
    .addHelpText('after', examples("airlock quarantine delete 5f2a90c3d1e4b6a7 --reason 'malware, analyzed'"))
    .action(async (references: string[], { reason, yes = false, bypassLock = false, stack }) => {
      const bucket = (await describeStack(new CloudFormationClient(), stack)).output('QuarantineBucketName');
      const s3 = new S3Client({ followRegionRedirects: true });
      const made = await decision(new STSClient(), reason);
      const refused = (fault: unknown) => {
        throw explainedRefusal(fault, 'delete from the quarantine', made.by);
      };
      for (const reference of references) {
        const copy = await findCopy(s3, bucket, reference).catch(refused);
        if (!yes && !(await agreed(copy))) {
          tell(`${copy.id} stays`);
          process.exitCode = 1;
          continue;
        }
        const { id, original } = copy;
        await deleteCopy(s3, { bucket, copy, made, bypassLock });
        say(asJson() ? JSON.stringify({ id, deleted: true, original }) : `deleted\t${id}\t${sourceOf(copy)}`);
      }
    });
}

async function agreed(copy: QuarantinedCopy): Promise<boolean> {
  if (!canAsk()) throw new Error('there is no terminal to ask on. To delete all the same, add --yes');
  const what = oneLine(`${copy.id}, ${copy.size} bytes, ${copy.finding}, from ${sourceOf(copy)}`);
  return typed('yes', `Delete ${what} for good? Type yes: `);
}

const sourceOf = ({ original: { bucket, key } }: QuarantinedCopy): string => oneLine(`s3://${bucket}/${key}`);
