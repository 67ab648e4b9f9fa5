import { ASSUMED_COSTS } from './assumed.ts';
import type { Bill } from './bill.ts';
import { gbSecondsOf } from './invocation.ts';
import { PRICES } from './prices.ts';
import { RESCAN_TRANSITIONS } from './rescan.ts';
import type { CostSettings, IdleStack } from './settings.ts';

const HOURS = 730;
const DAYS = HOURS / 24;

/** A month of a stack to which nothing is uploaded, with an empty bucket. */
export function idleMonth(stack: IdleStack, { functions }: CostSettings): Bill {
  const { alarmMetrics, dashboards, keys, polledQueues, updatesADay, rescansADay, updateMetrics } = stack;
  const { memoryMb, architecture } = functions['scan-object'];
  const { alarmMetricMonth, metricMonth, dashboardMonth } = PRICES.cloudWatch;
  const updates = gbSecondsOf(updatesADay * DAYS * ASSUMED_COSTS.updateSeconds * 1000, memoryMb);
  return {
    'Step Functions': rescansADay * DAYS * RESCAN_TRANSITIONS.run * PRICES.stepFunctions.stateTransition,
    scanner: updates * PRICES.lambda.gbSecond[architecture],
    SQS: polledQueues * ASSUMED_COSTS.pollsPerHour * HOURS * PRICES.sqs.request,
    'alarms, dashboard, metrics':
      alarmMetrics * alarmMetricMonth +
      dashboards * dashboardMonth +
      updateMetrics * metricMonth * Math.min(1, updatesADay / 24),
    'KMS keys': keys * PRICES.kms.keyMonth,
  };
}
