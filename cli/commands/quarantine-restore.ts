import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { type Command, InvalidArgumentError } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { decision } from '../operations/caller.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { findCopy } from '../operations/quarantine/copies.ts';
import { explainedRefusal } from '../operations/quarantine/quarantine-fault.ts';
import { type Restored, restoreCopy } from '../operations/quarantine/restore.ts';
import type { Place } from '../operations/quarantine/upload-copy.ts';
import { interruptible } from './interruptible.ts';
import { asJson, say, tell } from './output.ts';
import { reasonOption } from './reason-option.ts';

const WAIT_MINUTES = 30;

const HELP = `
Examples:
  airlock quarantine restore 5f2a90c3d1e4b6a7 --reason 'false positive, reported to ClamAV'
  airlock quarantine restore 5f2a90c3d1e4b6a7 --reason 'our own installer' --ignore-signature
  airlock quarantine restore 5f2a90c3d1e4b6a7 --reason 'for the incident team' --to s3://uploads/cases/17.pdf

The deployed scanner decides: the copy is uploaded to its place, where nobody can read it, and scanned there like any
upload. If the signature still matches, it is removed again and the copy stays. While the definitions are those that found
it, nothing is uploaded: a scan would only tell subscribers once more. --ignore-signature exempts exactly this
content, now and whenever it is uploaded again; \`airlock definitions status\` lists it. The copy stays in quarantine in any
case: \`airlock quarantine delete\` removes it.`;

export function addRestore(quarantine: Command): void {
  quarantine
    .command('restore')
    .description('brings a copy back and waits for its verdict there; exits 1 unless it is CLEAN')
    .argument('<copy>', 'ID, s3://BUCKET/KEY of the original, or key in the quarantine')
    .addOption(reasonOption().makeOptionMandatory())
    .option('--to <s3-uri>', 'another place, in a bucket that the stack watches', toPlace)
    .option('--overwrite', 'also where the key holds something else now')
    .option('--ignore-signature', 'exempts exactly this content, whatever a scan finds in it')
    .option('--scan-again', 'scans it although the definitions are still those that found it')
    .option('--wait <minutes>', 'how long to wait for the verdict', toMinutes, WAIT_MINUTES)
    .addHelpText('after', HELP)
    .action(async (reference: string, options) => {
      const { reason, to, overwrite = false, ignoreSignature = false, scanAgain = false, wait, stack } = options;
      await interruptible(async (signal) => {
        const cloudFormation = new CloudFormationClient();
        // S3 has no checksums for the parts of a copy.
        const s3 = new S3Client({ followRegionRedirects: true, requestChecksumCalculation: 'WHEN_REQUIRED' });
        const deployed = await describeStack(cloudFormation, stack);
        const made = await decision(new STSClient(), reason);
        const refused = (fault: unknown) => {
          throw explainedRefusal(fault, 'restore from the quarantine', made.by);
        };
        const copy = await findCopy(s3, deployed.output('QuarantineBucketName'), reference).catch(refused);
        const restored = await restoreCopy({
          ...{ s3, cloudFormation, deployed, stack, copy, made, ignoreSignature, scanAgain, overwrite, signal, tell },
          target: to,
          milliseconds: wait * 60_000,
        }).catch(refused);
        say(asJson() ? JSON.stringify(restored) : lineOf(restored));
        if (restored.restored) return;
        tell(adviceOn(restored));
        process.exitCode = 1;
      }, `stopped. Nothing of it is readable without its verdict; to go on, run the same command again`);
    });
}

function lineOf({ id, restored, target, result, finding, definitions }: Restored): string {
  const verdict = [result, finding, definitions && `(definitions: ${definitions})`].filter(Boolean).join(' ');
  const cells = [restored ? 'restored' : 'not restored', id, `s3://${target.bucket}/${target.key}`, verdict];
  return cells.map(oneLine).join('\t');
}

function adviceOn({ result, finding }: Restored): string {
  if (result === 'no verdict yet') {
    return 'it is there, and nobody can read it before its verdict: see `airlock waiting`, or run the same command again to wait on';
  }
  if (result === 'replaced by other content') return 'somebody wrote to the key meanwhile';
  if (finding === null || result === 'deleted again') {
    return 'it was removed again: the signature still matches. --ignore-signature exempts this content';
  }
  return oneLine(
    `${finding} still applies. Wait for a corrected signature, \`airlock definitions ignore\` it, or add --ignore-signature`,
  );
}

function toPlace(text: string): Place {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(text) ?? [];
  if (bucket === undefined || key === undefined) throw new InvalidArgumentError('is not s3://BUCKET/KEY.');
  return { bucket, key };
}

function toMinutes(text: string): number {
  const minutes = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && minutes > 0 && minutes <= 10_000) return minutes;
  throw new InvalidArgumentError('is not a number of minutes.');
}
