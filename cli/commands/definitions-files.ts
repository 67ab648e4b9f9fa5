import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { Command } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { decision } from '../operations/caller.ts';
import { readNewFile, removeOwnFile } from '../operations/definitions/own-files.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { addOwnFiles } from './add-own-files.ts';
import { followUpdater, meaningOf, unlessItFails } from './definitions-update.ts';
import { examples } from './examples.ts';
import { asJson, say, tell } from './output.ts';
import { reasonOption } from './reason-option.ts';

export function addAdd(definitions: Command): void {
  definitions
    .command('add')
    .description('adds a file of signatures of your own, once the engine has accepted it; exits 1 if it does not')
    .argument('<file>', "in one of ClamAV's formats, by its extension: .hsb, .ndb, .ldb, .yara, …")
    .addOption(reasonOption().makeOptionMandatory())
    .option('--allow-list', 'also a file that makes malware CLEAN: .ign2, .fp, .sfp, …')
    .addHelpText('after', examples("airlock definitions add mine.hsb --reason 'hashes of our incident response'"))
    .action(async (path: string, { reason, allowList = false, stack }) => {
      const file = await readNewFile(path, allowList);
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const s3 = new S3Client({ followRegionRedirects: true });
      await addOwnFiles(s3, deployed, [file], await decision(new STSClient(), reason));
    });
}

export function addRemoveFile(definitions: Command): void {
  definitions
    .command('remove')
    .description('takes a file of your own out again; exits 1 if there is none')
    .argument('<name>', 'name of the file, as `airlock definitions status` prints it')
    .addHelpText('after', examples('airlock definitions remove mine.hsb'))
    .action(async (name: string, { stack }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const bucket = deployed.output('DefinitionsBucketName');
      if (!(await removeOwnFile(new S3Client({ followRegionRedirects: true }), bucket, name))) {
        tell(oneLine(`there is no file ${JSON.stringify(name)}`));
        process.exitCode = 1;
        return;
      }
      tell(oneLine(`${name} is removed`));
      await unlessItFails(async () => {
        const updated = await followUpdater(deployed, 'publishes the rest');
        say(asJson() ? JSON.stringify({ file: name, ...updated }) : meaningOf(updated));
      });
    });
}
