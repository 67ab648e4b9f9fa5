import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { z } from 'zod';
import type { Environment } from '../adapters/process/environment.ts';
import { AirlockError, MoreToDo } from '../domain/errors.ts';
import { parseInput } from '../domain/parse-input.ts';

/** What a Task runs in. */
export interface TaskContext extends Context {
  /** Cuts the Task off: it ends, and holds nothing any more. */
  readonly signal?: AbortSignal;
}

/** A Task as Step Functions sees it: payload in, payload out, named errors. */
export type TaskHandler<Output> = (event: unknown, context: TaskContext) => Promise<Output>;

export const logger = new Logger({ serviceName: 's3-airlock' });

/**
 * Wraps a Task: its payload is parsed with a closed schema before `run` sees it, every line it logs
 * carries the request id, and every fault is logged once, under the name the state machine will match.
 *
 * @throws InvalidInput when the payload does not fit the schema; the message names key and value
 */
export function task<Schema extends z.ZodType, Output>(
  schema: Schema,
  run: (input: z.infer<Schema>, context: TaskContext) => Promise<Output>,
): TaskHandler<Output> {
  const handler = middy<unknown, Output, Error, TaskContext>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use({
      onError: ({ error }) => log(error),
    })
    .handler((event, context) => run(parseInput(schema, event), context));
  return (event, context) => handler(event, context) as Promise<Output>;
}

function log(fault: unknown) {
  const error = fault instanceof Error ? fault : new Error(String(fault));
  try {
    if (error instanceof MoreToDo) return;
    if (error instanceof AirlockError && error.transient) logger.warn(error.name, error);
    else logger.error(error.name, error);
  } catch {
    // The state machine matches the fault's name: a failing log must not replace it.
  }
}

/**
 * A Lambda entry point that wires itself from the environment once, at its first call. Wiring at import would
 * prevent tests and the local pipeline from giving each function its own environment.
 */
export function onColdStart<Output>(create: (env: Environment) => TaskHandler<Output>): TaskHandler<Output> {
  let warm: TaskHandler<Output> | undefined;
  return async (event, context) => {
    warm ??= create(process.env);
    return warm(event, context);
  };
}
