import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { OPERATOR, type Pipeline } from '../../local/stack/pipeline.ts';

/**
 * Runs `airlock ARGS…` against a local pipeline, with nothing but what an operator's shell would have, and `input`.
 * @param onStart gets what sends it a signal
 */
export async function airlockCommand(
  { endpoints, s3 }: Pipeline,
  args: readonly string[],
  who = OPERATOR,
  input = '',
  onStart: (kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
) {
  const child = spawn(process.execPath, ['cli/airlock.ts', ...args], {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyIdOf(who),
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_CLOUDFORMATION: endpoints.cloudFormation,
      AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
      AWS_ENDPOINT_URL_SQS: endpoints.sqs,
      AWS_ENDPOINT_URL_CLOUDWATCH: endpoints.cloudWatch,
      AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoints.logs,
      AWS_ENDPOINT_URL_STS: endpoints.sts,
    },
  });
  onStart((signal) => void child.kill(signal));
  child.stdin.end(input);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { stdout, stderr, code };
}
