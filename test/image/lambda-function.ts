import { once } from 'node:events';
import { join } from 'node:path';
import { spawnBound } from '../../functions/adapters/process/bound-process.ts';
import type { Image } from './build-image.ts';
import { startRuntimeApi } from './runtime-api.ts';

export interface LambdaFunction {
  /** @throws an Error with the name and message of the function's fault */
  invoke(event: unknown): Promise<unknown>;
  /** What it logged so far. */
  logged(): string;
  stop(): Promise<void>;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED = {
  AWS_LAMBDA_FUNCTION_NAME: 'scanner',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '3008',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/scanner',
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  TZ: ':UTC',
};

/** Starts the image's entry point as Lambda does. */
export async function startFunction(
  image: Image,
  handler: string,
  environment: Readonly<Record<string, string>>,
): Promise<LambdaFunction> {
  const api = await startRuntimeApi();
  const variables = [
    ...image.environment,
    ...Object.entries({ ...RESERVED, ...environment }).map(([name, value]) => `${name}=${value}`),
    `AWS_LAMBDA_RUNTIME_API=${api.address}`,
    `_HANDLER=${handler}`,
  ];
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const enter = [join(import.meta.dirname, 'enter.sh'), image.root, image.workingDirectory];
  const child = spawnBound(
    '/usr/bin/env',
    ['-i', ...variables, 'unshare', ...namespaces, 'sh', ...enter, ...image.entryPoint, handler],
    process.env.PATH,
  );
  let log = '';
  const listen = (chunk: Buffer) => {
    log += chunk;
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const closed = once(child, 'close').then(([code, signal]) =>
    api.fail(new Error(`the function ended (${signal ?? code}): ${log}`)),
  );
  return {
    invoke: api.invoke,
    logged: () => log,
    async stop() {
      child.kill('SIGKILL');
      await closed;
      await api.close();
    },
  };
}
