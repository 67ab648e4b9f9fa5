import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { LogEvent } from '../../emulator/cloudwatch-logs/api.ts';
import { REFUSALS_CHANNEL, type Refused } from '../../functions/adapters/definitions/metrics.ts';
import type { Environment } from '../../functions/adapters/process/environment.ts';

/** The scanner whose engine all scanners share here. */
const SCANNER = /^ScanObjectLogs/;

export interface Refusals {
  readonly logGroupName: string;
  /** So far. */
  readonly events: readonly LogEvent[];
  readonly end: () => void;
}

const SCANNER_STREAM = '$LATEST';

/**
 * What the scanner's log would hold about definitions that it could not use. Everything else that functions log is
 * printed.
 * @param isOurs whether a function with this environment belongs to this pipeline
 * @returns what was recorded so far, and what ends it
 */
export function followRefusals(stack: LocalStack, isOurs: (env: Environment) => boolean): Refusals {
  const logGroupName = stack.ofType('AWS::Logs::LogGroup').find(({ logicalId }) => SCANNER.test(logicalId))?.ref ?? '';
  const events: LogEvent[] = [];
  const listen = (refused: unknown) => {
    const { env, message } = refused as Refused;
    if (isOurs(env))
      events.push({ stream: SCANNER_STREAM, timestamp: Date.now(), message: `(node:${process.pid}) ${message}` });
  };
  REFUSALS_CHANNEL.subscribe(listen);
  return { logGroupName, events, end: () => void REFUSALS_CHANNEL.unsubscribe(listen) };
}
