import {
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  SFNServiceException,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { AnswerUndelivered } from '../../domain/errors.ts';
import type { TaskAnswers } from '../../domain/ports.ts';
import type { Environment } from '../process/environment.ts';
import { clientSettings } from './sdk-client.ts';

/** Within what a worker reserves for its answers: three tries. */
const SOCKET_MILLISECONDS = 3_000;
/** What Step Functions accepts of an error's name and its cause, characters. */
const MAX_ERROR = 256;
const MAX_CAUSE = 32_768;

/**
 * Answers to task tokens over the AWS SDK.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
 */
export function createTaskAnswers(env: Environment): TaskAnswers {
  const stepFunctions = new SFNClient(clientSettings(env, 'SFN', SOCKET_MILLISECONDS));

  return {
    succeed: (taskToken, output) =>
      delivered(() => stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),
    fail: (taskToken, error, cause) =>
      delivered(() =>
        stepFunctions.send(
          new SendTaskFailureCommand({ taskToken, error: error.slice(0, MAX_ERROR), cause: cause.slice(0, MAX_CAUSE) }),
        ),
      ),
  };
}

async function delivered(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (fault) {
    // Answered by another worker, waited too long, or stopped by hand: nobody waits for this answer.
    if (fault instanceof TaskTimedOut || fault instanceof TaskDoesNotExist) return;
    const { message } = fault as Error;
    const name = fault instanceof SFNServiceException ? fault.name : 'no answer';
    throw new AnswerUndelivered(`Step Functions: ${name}: ${message}`, { cause: fault });
  }
}
