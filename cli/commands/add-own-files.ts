import type { S3Client } from '@aws-sdk/client-s3';
import type { Decision } from '../../functions/domain/definitions/exemptions.ts';
import { oneLine } from '../../functions/domain/one-line.ts';
import { addOwnFile, type NewFile, propose, withdraw } from '../operations/definitions/own-files.ts';
import { type Updated, UpdateFailed } from '../operations/definitions/run-updater.ts';
import type { DeployedStack } from '../operations/deployed-stack.ts';
import { followUpdater, meaningOf, unlessItFails } from './definitions-update.ts';
import { asJson, say, tell } from './output.ts';

/**
 * Adds files to `own/` once the engine has accepted them beside the set in use, and publishes them. Exit code 1 when it
 * does not.
 * @returns what the update answered; undefined when they were not added, or not published
 */
export async function addOwnFiles(
  s3: S3Client,
  deployed: DeployedStack,
  files: readonly NewFile[],
  made: Decision,
): Promise<Updated | undefined> {
  const bucket = deployed.output('DefinitionsBucketName');
  const names = files.map(({ name }) => name);
  const all = names.join(', ');
  const [is, it] = files.length === 1 ? ['is', 'it'] : ['are', 'them'];
  try {
    for (const file of files) await propose(s3, bucket, file);
    await followUpdater(deployed, `tries ${all} out`, { proposed: names });
  } catch (fault) {
    if (!(fault instanceof UpdateFailed)) throw fault;
    tell(oneLine(`${all} ${is} not added: ${fault.message}`));
    process.exitCode = 1;
    return undefined;
  } finally {
    for (const file of files) await withdraw(s3, bucket, file);
  }
  for (const file of files) await addOwnFile(s3, bucket, file, made);
  tell(`${all} ${is} accepted, and part of every update from now on`);
  let published: Updated | undefined;
  await unlessItFails(async () => {
    const updated = await followUpdater(deployed, `publishes ${it}`);
    say(asJson() ? JSON.stringify({ file: all, ...updated }) : meaningOf(updated));
    published = updated;
  });
  return published;
}
