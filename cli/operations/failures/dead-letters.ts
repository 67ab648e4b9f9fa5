import type { SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { type Claim, readDeadLetter } from '../dead-letter.ts';
import type { DeployedStart } from '../deployed-start.ts';
import { NothingToStart } from '../message-errors.ts';
import { causeOf, type Failure, idOf, type Redrivable } from './failure.ts';
import { messagesIn, type QueuedMessage } from './queued-messages.ts';

export interface DeadLettersOptions {
  readonly queueUrl: string;
  readonly startFor: (claim: Claim) => Promise<DeployedStart | undefined>;
  readonly since: Date;
  /** What to do about messages of this queue, where `redrive` can do nothing. */
  readonly instead?: string;
}

/**
 * The messages in a dead-letter queue. They are hidden from others until the iteration ends.
 * @throws what the SDK throws
 */
export async function* deadLetters(
  sqs: SQSClient,
  { queueUrl, startFor, since, instead }: DeadLettersOptions,
): AsyncGenerator<Redrivable> {
  for await (const queued of messagesIn(sqs, queueUrl, { since })) {
    const { letter, remove } = queued;
    yield {
      failure: { ...failureOf(queued, instead), when: letter.sentAt.toISOString() },
      async start() {
        if (instead !== undefined) throw new NothingToStart(instead);
        return startFor(readDeadLetter(letter));
      },
      done: remove,
    };
  }
}

function failureOf({ message, letter }: QueuedMessage, instead: string | undefined): Omit<Failure, 'when'> {
  const { ERROR_CODE, ERROR_MESSAGE } = letter.attributes;
  const common = {
    ...{ id: idOf(message.MessageId), kind: 'message' as const },
    cause:
      ERROR_CODE === undefined && ERROR_MESSAGE === undefined
        ? givenUp(letter.body)
        : causeOf(ERROR_CODE, ERROR_MESSAGE),
    execution: null,
  };
  const nowhere = { bucket: null, key: null, versionId: null };
  if (instead !== undefined) return { ...common, ...nowhere, redrive: `nothing: ${instead}` };
  try {
    const claim = readDeadLetter(letter);
    if (claim.kind === 'schedule')
      return { ...common, ...nowhere, redrive: 'starts the rescan, and deletes the message' };
    const { bucket, key, versionId = null } = claim;
    return { ...common, bucket, key, versionId, redrive: 'scans the object, and deletes the message' };
  } catch (fault) {
    const { name, message: what } = fault as Error;
    return { ...common, ...nowhere, redrive: `nothing: ${name}: ${what}` };
  }
}

/** Of an invocation that Lambda gave up: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const GivenUp = z.object({
  responsePayload: z.object({ errorType: z.string().optional(), errorMessage: z.string().optional() }),
});

function givenUp(body: string): string {
  const { data } = GivenUp.safeParse(parsed(body));
  return causeOf(data?.responsePayload.errorType, data?.responsePayload.errorMessage);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
