import type { ExecutionResult } from '../step-functions/state-machine.ts';
import type { Alarms } from './alarms.ts';

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
const EXECUTION_METRICS = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
} as const;

export function countExecution(alarms: Alarms, StateMachineArn: string, status: ExecutionResult['status']) {
  alarms.record({
    namespace: 'AWS/States',
    metricName: EXECUTION_METRICS[status],
    dimensions: { StateMachineArn },
    value: 1,
  });
}

export function countMessages(alarms: Alarms, QueueName: string, value: number) {
  const metricName = 'ApproximateNumberOfMessagesVisible';
  alarms.record({ namespace: 'AWS/SQS', metricName, dimensions: { QueueName }, value });
}
