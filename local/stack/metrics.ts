import type { Alarms } from '../../emulator/cloudwatch/alarms.ts';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import { METRICS_CHANNEL, type Recorded } from '../../functions/adapters/aws/metrics.ts';
import type { Environment } from '../../functions/adapters/process/environment.ts';

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

export function countReceived(alarms: Alarms, QueueName: string, value: number) {
  const metricName = 'NumberOfMessagesReceived';
  alarms.record({ namespace: 'AWS/SQS', metricName, dimensions: { QueueName }, value });
}

/**
 * Passes the functions' metrics to the alarms.
 * @param isOurs whether a function with this environment belongs to this pipeline
 * @returns ends it
 */
export function followMetrics(alarms: Alarms, isOurs: (env: Environment) => boolean): () => void {
  const listen = (message: unknown) => {
    const { env, namespace, dimensions, values } = message as Recorded;
    if (!isOurs(env)) return;
    for (const [metricName, value] of Object.entries(values)) {
      alarms.record({ namespace, metricName, dimensions, value });
    }
  };
  METRICS_CHANNEL.subscribe(listen);
  return () => void METRICS_CHANNEL.unsubscribe(listen);
}
