import { LambdaClient } from '@aws-sdk/client-lambda';
import { oneLine } from '../../functions/domain/one-line.ts';
import { type Proposal, runUpdater, type Updated, UpdateFailed } from '../operations/definitions/run-updater.ts';
import type { DeployedStack } from '../operations/deployed-stack.ts';
import { complain, tell } from './output.ts';

/** Lambda's longest run, and something for the way. */
const LONGEST_MILLISECONDS = 16 * 60_000;
const TELL_MILLISECONDS = 30_000;

/** Runs the updater and says every half minute that it still does. @throws as `runUpdater` */
export async function followUpdater(deployed: DeployedStack, what: string, payload: Proposal = {}): Promise<Updated> {
  const name = deployed.output('UpdateDefinitionsName');
  const begun = performance.now();
  tell(`${name} ${what}, which takes some minutes with ClamAV's own sets; Ctrl-C does not end it`);
  const telling = setInterval(() => {
    tell(`${name} still runs, for ${Math.round((performance.now() - begun) / 1000)} s now`);
  }, TELL_MILLISECONDS);
  const lambda = new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: LONGEST_MILLISECONDS } });
  try {
    return await runUpdater(lambda, name, payload);
  } finally {
    clearInterval(telling);
    lambda.destroy();
  }
}

/** A failed update is no wrong use of the command: it says so, and exits 1. */
export async function unlessItFails(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    if (!(fault instanceof UpdateFailed)) throw fault;
    complain(`the update failed, and the scanners keep the definitions that they have: ${fault.message}`);
    process.exitCode = 1;
  }
}

const MEANING: Readonly<Record<Updated['outcome'], string>> = {
  PUBLISHED: 'published; scanners use it within ten minutes',
  UP_TO_DATE: 'nothing is newer',
  SUPERSEDED: 'another update published at the same time',
  HELD: 'nothing is published while an earlier set is held',
  ACCEPTED: 'the engine accepts it',
};

/** For people, one line. */
export function meaningOf({ outcome, version, until }: Updated): string {
  const end = until === undefined ? '' : `, until ${until}`;
  return [outcome, version, `${MEANING[outcome]}${end}`].map(oneLine).join('\t');
}
