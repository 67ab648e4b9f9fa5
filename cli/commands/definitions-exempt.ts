import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { type Command, InvalidArgumentError } from 'commander';
import { Sha256, SignatureName } from '../../functions/domain/definitions/exemptions.ts';
import { oneLine } from '../../functions/domain/one-line.ts';
import { decision } from '../operations/caller.ts';
import { addExemption, removeExemption } from '../operations/definitions/exemption-file.ts';
import { currentSet } from '../operations/definitions/published-sets.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { followUpdater, unlessItFails } from './definitions-update.ts';
import { examples } from './examples.ts';
import { asJson, say, tell } from './output.ts';
import { reasonOption } from './reason-option.ts';

const AGAIN =
  'Objects that have a verdict keep it until they are scanned again, as by `airlock rescan BUCKET --strategy all`';

export function addIgnore(definitions: Command): void {
  definitions
    .command('ignore')
    .description('makes the engine ignore a signature, after trying that out; exits 1 unless the scanners get it so')
    .argument('<name>', 'name of the signature, as the finding has it', toName)
    .addOption(reasonOption().makeOptionMandatory())
    .option('--remove', 'uses the signature again')
    .addHelpText(
      'after',
      examples(
        "airlock definitions ignore Win.Trojan.Agent-1234567-0 --reason 'false positive, reported to ClamAV'",
        "airlock definitions ignore Win.Trojan.Agent-1234567-0 --remove --reason 'ClamAV has corrected it'",
      ),
    )
    .action(async (name: string, { reason, remove = false, stack }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const bucket = deployed.output('DefinitionsBucketName');
      const s3 = new S3Client({ followRegionRedirects: true });
      const made = await decision(new STSClient(), reason);
      const subject = { kind: 'signature', name } as const;
      const isIgnored = async () => (await currentSet(s3, bucket))?.set.ignored?.includes(name) === true;
      const changed = await (remove ? removeExemption : addExemption)(s3, bucket, subject, made);
      tell(oneLine(`${name} is ${remove ? 'off' : 'on'} the list of ignored signatures${changed ? '' : ' already'}`));
      await unlessItFails(async () => {
        const { outcome, faults } = await followUpdater(deployed, 'publishes that');
        const ignored = await isIgnored();
        const done = ignored !== remove;
        if (!done && faults.length > 0) {
          // What the engine does not accept would keep the others on the list from being used.
          const why = faults.join('; ');
          if (!remove) await removeExemption(s3, bucket, subject, { ...made, reason: `not accepted: ${why}` });
          tell(oneLine(`${remove ? 'it stays in use' : 'it is off the list again'}: ${why}`));
        } else if (!done) {
          tell(`it takes effect with the next update${outcome === 'HELD' ? ' after the hold' : ''}`);
        }
        const state = [ignored ? 'ignored' : 'not ignored', name, outcome].join('\t');
        say(asJson() ? JSON.stringify({ name, ignored, outcome }) : state);
        if (done) tell(`Scanners use it within ten minutes. ${AGAIN}`);
        process.exitCode = done ? 0 : 1;
      });
    });
}

export function addExempt(definitions: Command): void {
  definitions
    .command('exempt')
    .description('makes exactly this content CLEAN, whatever a scan finds in it, now and whenever it is uploaded')
    .argument('<sha256>', 'SHA-256 of the content, 64 hexadecimal digits', toSha256)
    .addOption(reasonOption().makeOptionMandatory())
    .option('--remove', 'ends the exemption')
    .addHelpText(
      'after',
      examples(
        `airlock definitions exempt "$(sha256sum < setup.exe | cut -d ' ' -f 1)" --reason 'our own installer'`,
        "airlock definitions exempt SHA256 --remove --reason 'no longer in use'",
      ),
    )
    .action(async (sha256: string, { reason, remove = false, stack }) => {
      const bucket = (await describeStack(new CloudFormationClient(), stack)).output('DefinitionsBucketName');
      const s3 = new S3Client({ followRegionRedirects: true });
      const made = await decision(new STSClient(), reason);
      const change = remove ? removeExemption : addExemption;
      const changed = await change(s3, bucket, { kind: 'content', sha256 }, made);
      const state = remove ? 'not exempt' : 'exempt';
      say(
        asJson()
          ? JSON.stringify({ sha256, exempt: !remove, changed })
          : `${state}${changed ? '' : ' already'}\t${sha256}`,
      );
      if (changed) tell(`It holds from the next scan on. ${AGAIN}`);
    });
}

/** clamd adds the ending to what it reports; the file of the signature does not have it. */
function toName(text: string): string {
  const { success, data, error } = SignatureName.safeParse(text.replace(/\.UNOFFICIAL$/, ''));
  if (success) return data;
  throw new InvalidArgumentError(`${error.issues[0]?.message}.`);
}

function toSha256(text: string): string {
  const { success, data } = Sha256.safeParse(text.toLowerCase());
  if (success) return data;
  throw new InvalidArgumentError('is not a SHA-256: 64 hexadecimal digits, as `sha256sum` prints them.');
}
