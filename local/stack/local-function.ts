import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { TaskHandler } from '../../functions/handlers/task.ts';

export interface LocalFunctionProps {
  readonly name: string;
  readonly arn: string;
  readonly handler: TaskHandler<unknown>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

/** A fault as Step Functions gets it from Lambda: only type and message, not the object. */
export class FunctionFault extends Error {
  constructor(errorType: string, errorMessage: string) {
    super(JSON.stringify({ errorType, errorMessage }));
    this.name = errorType;
  }
}

/**
 * Calls a handler as Lambda would: JSON in and out, its own time limit, faults reduced to their name.
 * @throws FunctionFault
 */
export async function invokeFunction(props: LocalFunctionProps, payload: unknown): Promise<unknown> {
  const deadline = Date.now() + props.timeoutSeconds * 1000;
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new FunctionFault('Sandbox.Timedout', `Task timed out after ${props.timeoutSeconds} seconds`)),
    props.timeoutSeconds * 1000,
  );
  try {
    const result = props.handler(throughJson(payload), contextOf(props, deadline));
    return throughJson(await Promise.race([result, timeout.promise]));
  } catch (fault) {
    if (fault instanceof FunctionFault) throw fault;
    const { name, message } = fault instanceof Error ? fault : { name: 'Error', message: String(fault) };
    throw new FunctionFault(name, message);
  } finally {
    clearTimeout(timer);
  }
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

function contextOf({ name, arn, memoryMb }: LocalFunctionProps, deadline: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
