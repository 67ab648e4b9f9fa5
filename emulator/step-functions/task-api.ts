import { ApiFault } from '../http/json-api.ts';
import type { TaskTokens } from './task-tokens.ts';

interface Request {
  readonly taskToken?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

type TaskCall = (request: Request, authorize: (stateMachineArn: string) => Promise<void>) => Promise<void>;

/** Characters; https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
const MAXIMUM_LENGTHS = { taskToken: 2048, output: 262_144, error: 256, cause: 32_768 } as const;

/** SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat; IAM decides on the token's state machine. */
export function taskCalls(tokens: TaskTokens): ReadonlyMap<string, TaskCall> {
  const answers: Readonly<Record<string, (token: string, request: Request) => void>> = {
    SendTaskSuccess: (token, { output }) => tokens.succeed(token, parsed(output)),
    // Without a name only the wildcards match it.
    SendTaskFailure: (token, { error = '', cause = '' }) => tokens.fail(token, error, cause),
    SendTaskHeartbeat: (token) => tokens.heartbeat(token),
  };
  return new Map(
    Object.entries(answers).map(([name, answer]) => [
      name,
      async (request, authorize) => {
        assertLengths(request);
        const { taskToken = '' } = request;
        await authorize(tokens.stateMachineOf(taskToken));
        answer(taskToken, request);
      },
    ]),
  );
}

function assertLengths(request: Request): void {
  for (const [field, maximum] of Object.entries(MAXIMUM_LENGTHS)) {
    const { length } = request[field as keyof Request] ?? '';
    if (length <= maximum) continue;
    throw new ApiFault(
      'ValidationException',
      `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length less than or equal to ${maximum}`,
    );
  }
}

function parsed(output: string | undefined): unknown {
  try {
    return JSON.parse(output ?? '');
  } catch {
    throw new ApiFault('InvalidOutput', "Invalid Output: 'The output is not valid JSON'");
  }
}
