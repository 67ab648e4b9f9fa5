import { lambdaUsd } from '../../../functions/domain/cost/invocation.ts';
import { MEASURED } from '../../../functions/domain/cost/measured.ts';
import { PRICES } from '../../../functions/domain/cost/prices.ts';
import { DEFAULT_SETTINGS } from '../../../functions/domain/cost/settings.ts';
import { uploadBill } from '../../../functions/domain/cost/upload.ts';

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
/** The content of the uploads, whose scan times are the simulation's. */
export const SAMPLE = { content: 'photo', size: '100 KB' } as const;
/** LambdaFunctionScheduled, LambdaFunctionFailed and, of the next try, the same. */
const EVENTS_A_RETRY = 2;

export function billOf(
  outcome: Pick<Outcome, 'verdicts' | 'errors' | 'transitions' | 'stateRetries' | 'engines'>,
  { functions, logsEveryEvent }: Pick<Parameters, 'functions' | 'logsEveryEvent'>,
): Bill {
  const scanned = outcome.verdicts;
  const ended = outcome.verdicts + outcome.errors;
  // Of each upload, what a clean one of 100 KB has in the cost model.
  const clean = uploadBill('clean', DEFAULT_SETTINGS, SAMPLE);
  const retryLog = outcome.stateRetries * EVENTS_A_RETRY * ASSUMED.logBytesAnEvent;
  const executionLog = MEASURED.counts.endings.STANDARD.clean.log[logsEveryEvent ? 'ALL' : 'ERROR'];
  const lambda = (calls: number, seconds: number, size: FunctionSize) =>
    (calls - 1) * PRICES.lambda.request + lambdaUsd(seconds * 1000, size);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const queued = outcome.engines.filter((engine) => engine.queued);
  return {
    transitions: outcome.transitions * PRICES.stepFunctions.stateTransition,
    executionLog: ((ended * executionLog + (logsEveryEvent ? retryLog : 0)) / GB) * PRICES.logs.ingestedGb,
    engines: sum(outcome.engines.map((engine) => lambda(engine.invocations, engine.billedSeconds, engine))),
    functions: sum(Object.values(functions).map((size) => lambda(ended, ended * ASSUMED.taskSeconds, size))),
    // Of each message one SendMessage; of each invocation one ReceiveMessage and one DeleteMessageBatch.
    queue:
      queued.length === 0 ? 0 : (scanned + 2 * sum(queued.map(({ invocations }) => invocations))) * PRICES.sqs.request,
    s3: scanned * (clean['S3 requests'] ?? 0),
    notifications: ended * (clean['SNS, EventBridge'] ?? 0),
    functionLogs: ended * (clean['logs of functions'] ?? 0),
  };
}

export const totalOf = (bill: Bill) => Object.values(bill).reduce((total: number, line: number) => total + line, 0);
