import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { statusOf } from '../s3-faults.ts';

export const OUTCOMES = ['PUBLISHED', 'UP_TO_DATE', 'SUPERSEDED', 'HELD', 'ACCEPTED'] as const;

/** What the function answers. Open: it may be newer. */
const Updated = z.object({
  outcome: z.enum(OUTCOMES),
  version: z.string(),
  /** What of the list of exemptions is not used, and why. */
  faults: z.array(z.string()).default([]),
  until: z.string().optional(),
});
export type Updated = z.infer<typeof Updated>;

export interface Proposal {
  readonly proposed?: string | readonly string[];
}

const THROTTLED_ATTEMPTS = 5;
const THROTTLED_WAIT_MILLISECONDS = 5000;

const Failed = z.object({ errorType: z.string().default('Error'), errorMessage: z.string().default('') });

/** The function ran and failed; the published definitions stay in use. */
export class UpdateFailed extends Error {}

/** What to do about a failed update, by what it says: docs/operations/definitions.md. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/accepts no requests before|403|429/, 'wait until then: the mirror refuses further requests, also those by hand'],
  [/did not finish within|Task timed out|Sandbox\.Timedout/, 'update again: the mirror is too slow'],
  [/clamd refuses the definitions/, 'a file is malformed: correct it, or `airlock definitions remove` it'],
  [
    /do not find the EICAR test file|no signature but EICAR/,
    'without official sets, your own must find EICAR and more',
  ],
  [/which is clean/, 'a signature matches nearly anything: `airlock definitions remove` its file'],
  [/InvalidConfiguration/, 'correct `definitions` in cdk.json, and deploy'],
];

/**
 * Calls UpdateDefinitions and waits for its end, up to 15 minutes.
 * @param payload `proposed`: the names of files that are only tried out
 * @param lambda repeats no request: the function would run twice
 * @throws UpdateFailed when it fails; what the SDK throws
 */
export async function runUpdater(lambda: LambdaClient, FunctionName: string, payload: Proposal = {}): Promise<Updated> {
  const { FunctionError, Payload } = await invoked(lambda, FunctionName, JSON.stringify(payload));
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? new Uint8Array()).toString() || '{}');
  if (FunctionError !== undefined) {
    const { errorType, errorMessage } = Failed.parse(answer);
    const text = `${errorType}: ${errorMessage}`;
    const advice = ADVICE.find(([pattern]) => pattern.test(text))?.[1];
    throw new UpdateFailed(advice === undefined ? text : `${text}. What to do: ${advice}`);
  }
  const { success, data } = Updated.safeParse(answer);
  if (success) return data;
  throw new Error(`${FunctionName} was deployed by another version of s3-airlock: ${JSON.stringify(answer)}`);
}

/** Only a call that Lambda did not accept is repeated. */
async function invoked(lambda: LambdaClient, FunctionName: string, payload: string) {
  for (let left = THROTTLED_ATTEMPTS; ; left -= 1) {
    try {
      return await lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(payload) }));
    } catch (fault) {
      const { name, message } = fault as Error;
      if (name === 'TooManyRequestsException' && left > 1) {
        await sleep(THROTTLED_WAIT_MILLISECONDS);
        continue;
      }
      if (statusOf(fault) !== undefined) throw fault;
      // Lambda runs on without its caller.
      throw new Error(
        `the answer of ${FunctionName} did not arrive (${name}: ${message}); it may still run: see \`airlock definitions status\` in some minutes`,
        { cause: fault },
      );
    }
  }
}
