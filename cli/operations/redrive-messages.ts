import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type DeadLetter, readDeadLetter } from './dead-letter.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { type DeployedStart, deployedStarts, subjectOf } from './deployed-start.ts';
import { messagesIn, type QueuedMessage } from './failures/queued-messages.ts';
import type { RedrivenRow } from './redriven-row.ts';
import { startOnce } from './start-once.ts';

export interface RedriveOptions {
  /** Decides what is started; a message only says for what. */
  readonly deployed: DeployedStack;
  readonly queueUrl: string;
  /** Starts nothing and keeps every message. */
  readonly dryRun: boolean;
  /** How long to wait for messages; above 0, SQS queries all its servers. */
  readonly waitSeconds: number;
  /** Called for each message. */
  readonly report: (row: RedrivenRow) => void;
}

export interface RedriveClients {
  readonly sqs: SQSClient;
  readonly stepFunctions: SFNClient;
  readonly eventBridge: EventBridgeClient;
  readonly s3: S3Client;
}

/** How many there were, and how many of them could not be started and are left. */
export interface Redriven {
  readonly found: number;
  readonly failed: number;
}

/**
 * Starts what a rule or a schedule could not, as it is deployed, and only then deletes each message. `aws sqs
 * start-message-move-task` cannot do it: EventBridge's dead-letter queues have no source queue.
 * @throws what the SDK throws when the queue cannot be read
 */
export async function redrive(
  { sqs, stepFunctions, eventBridge, s3 }: RedriveClients,
  { deployed, queueUrl, dryRun, waitSeconds, report }: RedriveOptions,
): Promise<Redriven> {
  const startFor = deployedStarts({ deployed, s3, eventBridge });
  let [found, failed] = [0, 0];

  async function outcomeOf(
    execution: DeployedStart | undefined,
  ): Promise<Pick<RedrivenRow, 'outcome' | 'executionArn'>> {
    if (execution === undefined) return { outcome: 'gone' };
    return dryRun ? { outcome: 'would start' } : startOnce(stepFunctions, execution);
  }

  async function handle({ message, letter, remove }: QueuedMessage): Promise<void> {
    try {
      const claim = readDeadLetter(letter);
      const execution = await startFor(claim);
      const outcome = await outcomeOf(execution);
      if (!dryRun) await remove();
      report({ ...outcome, execution: execution?.name ?? null, subject: subjectOf(claim), reason: reasonOf(letter) });
    } catch (fault) {
      failed += 1;
      const reason = [`${(fault as Error).name}: ${(fault as Error).message}`, reasonOf(letter)]
        .filter(Boolean)
        .join('; ');
      report({ outcome: 'failed', execution: null, subject: `message ${message.MessageId}`, reason });
    }
  }

  for await (const queued of messagesIn(sqs, queueUrl, { waitSeconds })) {
    found += 1;
    await handle(queued);
  }
  return { found, failed };
}

/** Why it was not delivered. */
function reasonOf({ attributes: { ERROR_CODE, ERROR_MESSAGE } }: DeadLetter): string {
  return [ERROR_CODE, ERROR_MESSAGE].filter(Boolean).join(': ').replaceAll(/\s+/g, ' ');
}
