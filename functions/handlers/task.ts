import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import type { Environment } from '../adapters/environment.ts';
import { AirlockError, InvalidInput } from '../domain/errors.ts';

/** A Task as Step Functions sees it: payload in, payload out, faults thrown by name. */
export type TaskHandler<Output> = (event: unknown, context: Context) => Promise<Output>;

export const logger = new Logger({ serviceName: 's3-airlock' });

/**
 * Wraps a Task: its payload is parsed with a closed schema before `run` sees it, every line it logs
 * carries the request id, and every fault is logged once, under the name the state machine will match.
 *
 * @throws InvalidInput when the payload does not fit the schema; the message names key and value
 */
export function task<Schema extends z.ZodType, Output>(
  schema: Schema,
  run: (input: z.infer<Schema>, context: Context) => Promise<Output>,
): TaskHandler<Output> {
  const handler = middy<unknown, Output>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use({
      onError: ({ error }) => {
        if (error instanceof AirlockError && error.transient) logger.warn(error.name, error);
        else logger.error(error?.name ?? 'unknown fault', error as Error);
      },
    })
    .handler((event, context) => run(parse(schema, event), context));
  return (event, context) => handler(event, context) as Promise<Output>;
}

function parse<Schema extends z.ZodType>(schema: Schema, event: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(z.prettifyError(parsed.error), { cause: parsed.error });
}

/**
 * A Lambda entry point that wires itself from the environment once, at its first call. Wiring at
 * import would keep tests and the local engine from giving each function its own environment.
 */
export function onColdStart<Output>(create: (env: Environment) => TaskHandler<Output>): TaskHandler<Output> {
  let warm: TaskHandler<Output> | undefined;
  return (event, context) => {
    warm ??= create(process.env);
    return warm(event, context);
  };
}
