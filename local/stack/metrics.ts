import type { Cancel, Clock } from '../../emulator/clock.ts';
import type { Alarms } from '../../emulator/cloudwatch/alarms.ts';
import type { Gauge } from '../../emulator/cloudwatch/api.ts';
import type { Queues } from '../../emulator/sqs/queues.ts';
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

/** The shortest period of an alarm of the stack. */
const PERIOD_MILLISECONDS = 300_000;

/**
 * Measures the queues once in each period, then ends it: what goes on for long sets off alarms, and what is over ends them.
 * @param gauge of the queues' ages
 * @returns ends it
 */
export function followPeriods(alarms: Alarms, queues: Queues, gauge: Gauge, clock: Clock): Cancel {
  let cancel = clock.after(PERIOD_MILLISECONDS, end);
  function end() {
    const namespace = 'AWS/SQS';
    for (const { name: QueueName, counts } of queues.all()) {
      const dimensions = { QueueName };
      countMessages(alarms, QueueName, counts.visible);
      const metricName = 'ApproximateNumberOfMessagesNotVisible';
      alarms.record({ namespace, metricName, dimensions, value: counts.inFlight });
      // CloudWatch has an age of 0 for a queue without messages.
      const age = 'ApproximateAgeOfOldestMessage';
      alarms.record({ namespace, metricName: age, dimensions, value: gauge(namespace, age, dimensions) ?? 0 });
    }
    alarms.endPeriods(clock.now());
    cancel = clock.after(PERIOD_MILLISECONDS, end);
  }
  return () => cancel();
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
