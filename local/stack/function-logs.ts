import { randomUUID } from 'node:crypto';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { LogEvent, LogStream } from '../../emulator/cloudwatch-logs/filter-log-events.ts';
import { REFUSALS_CHANNEL, type Refused } from '../../functions/adapters/definitions/metrics.ts';
import type { Environment } from '../../functions/adapters/process/environment.ts';

/** The scanner whose engine all scanners share here. */
const SCANNER = /^ScanObjectLogs/;
const STREAM = '$LATEST';

export interface FunctionLogs {
  /** Of a log group of a function, so far; undefined for any other. */
  readonly streamsOf: (logGroupName: string) => readonly LogStream[] | undefined;
  /** Runs an invocation of the function; its fault is in the log, as Lambda's Node.js runtime writes it. */
  readonly during: <Result>(functionArn: string, invocation: () => Promise<Result>) => Promise<Result>;
  readonly failed: (functionArn: string, fault: unknown) => void;
  readonly end: () => void;
}

/**
 * What the functions' logs hold about faults: invocations that failed, and definitions that the scanner could not use.
 * Everything else that functions log is printed.
 * @param isOurs whether a function with this environment belongs to this pipeline
 */
export function followFunctions(stack: LocalStack, isOurs: (env: Environment) => boolean): FunctionLogs {
  const groups = stack.ofType('AWS::Logs::LogGroup');
  const events = new Map(groups.map(({ ref }): [string, LogEvent[]] => [ref, []]));
  const groupOf = new Map(
    stack.ofType('AWS::Lambda::Function').map(({ arn, properties }) => [arn, properties.LoggingConfig?.LogGroup]),
  );
  const scanner = groups.find(({ logicalId }) => SCANNER.test(logicalId))?.ref ?? '';
  const write = (group: string, message: string) => events.get(group)?.push({ timestamp: Date.now(), message });
  const listen = (refused: unknown) => {
    const { env, message } = refused as Refused;
    if (isOurs(env)) write(scanner, `(node:${process.pid}) ${message}`);
  };
  function failed(functionArn: string, fault: unknown) {
    const { name, message } = fault as Error;
    const told = JSON.stringify(asAnswered(name, message));
    write(
      groupOf.get(functionArn) ?? '',
      [new Date().toISOString(), randomUUID(), 'ERROR', 'Invoke Error ', told].join('\t'),
    );
  }
  REFUSALS_CHANNEL.subscribe(listen);
  return {
    streamsOf(name) {
      const found = events.get(name);
      return found && [{ name: STREAM, from: found[0]?.timestamp ?? 0, to: Date.now(), events: () => found }];
    },
    async during(functionArn, invocation) {
      try {
        return await invocation();
      } catch (fault) {
        failed(functionArn, fault);
        throw fault;
      }
    },
    failed,
    end: () => void REFUSALS_CHANNEL.unsubscribe(listen),
  };
}

/** A fault of a function is already what Lambda returns, as JSON. */
function asAnswered(errorType: string, errorMessage: string): object {
  try {
    const { errorType: type = errorType, errorMessage: message = errorMessage } = JSON.parse(errorMessage);
    return { errorType: type, errorMessage: message };
  } catch {
    return { errorType, errorMessage };
  }
}
