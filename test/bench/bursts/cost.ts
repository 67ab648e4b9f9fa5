import { PRICES } from '../../../functions/domain/cost/prices.ts';
import { gbSecondsOf } from '../../../functions/domain/rescan/cost.ts';
import { ASSUMED } from './assumptions.ts';
import type { Outcome } from './outcome.ts';
import type { FunctionSize, Parameters } from './parameters.ts';

/** The bill of one burst in US dollars, by line. Not in it: storage of tags, X-Ray, and the polling of an empty queue. */
export interface Bill {
  readonly transitions: number;
  readonly executionLog: number;
  readonly engines: number;
  readonly functions: number;
  readonly queue: number;
  readonly s3: number;
  readonly notifications: number;
  readonly functionLogs: number;
}

const GB = 1024 ** 3;
/** LambdaFunctionScheduled, LambdaFunctionFailed and, of the next try, the same. */
const EVENTS_A_RETRY = 2;

export function billOf(
  outcome: Pick<Outcome, 'verdicts' | 'errors' | 'transitions' | 'stateRetries' | 'engines'>,
  { functions, logsEveryEvent }: Pick<Parameters, 'functions' | 'logsEveryEvent'>,
): Bill {
  const scanned = outcome.verdicts;
  const ended = outcome.verdicts + outcome.errors;
  const events = ended * ASSUMED.log.events + outcome.stateRetries * EVENTS_A_RETRY;
  const lambda = (calls: number, seconds: number, { memoryMb, architecture }: FunctionSize) =>
    calls * PRICES.lambda.request + gbSecondsOf(seconds * 1000, memoryMb) * PRICES.lambda.gbSecond[architecture];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const queued = outcome.engines.filter((engine) => engine.queued);
  return {
    transitions: outcome.transitions * PRICES.stepFunctions.stateTransition,
    executionLog: logsEveryEvent ? ((events * ASSUMED.log.bytesAnEvent) / GB) * PRICES.logs.ingestedGb : 0,
    engines: sum(outcome.engines.map((engine) => lambda(engine.invocations, engine.billedSeconds, engine))),
    functions: sum(Object.values(functions).map((size) => lambda(ended, ended * ASSUMED.taskSeconds, size))),
    // Of each message one SendMessage; of each invocation one ReceiveMessage and one DeleteMessageBatch.
    queue:
      queued.length === 0 ? 0 : (scanned + 2 * sum(queued.map(({ invocations }) => invocations))) * PRICES.sqs.request,
    s3: scanned * (ASSUMED.s3.reads * PRICES.s3.readRequest + ASSUMED.s3.writes * PRICES.s3.writeRequest),
    notifications: ended * (PRICES.sns.publish + PRICES.eventBridge.customEvent),
    functionLogs: ((ended * ASSUMED.functionLogBytes) / GB) * PRICES.logs.ingestedGb,
  };
}

export const totalOf = (bill: Bill) => Object.values(bill).reduce((total: number, line: number) => total + line, 0);
