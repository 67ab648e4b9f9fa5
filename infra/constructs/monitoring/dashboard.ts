import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  Color,
  GraphWidget,
  type GraphWidgetProps,
  type IAlarm,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { SCAN_STATUSES, type ScanStatus } from '../../../functions/domain/verdict.ts';
import { airlockMetric } from './airlock-metric.ts';

export interface DashboardProps {
  /** By their name on the dashboard. */
  readonly stateMachines: Readonly<Record<string, IStateMachine>>;
  /** Where scans wait for engines. */
  readonly queues: Readonly<Record<string, IQueue>>;
  readonly scanners: Readonly<Record<string, IFunction>>;
  readonly deadLetterQueues: Readonly<Record<string, IQueue>>;
  /** Names of the watched buckets. */
  readonly buckets: readonly string[];
  readonly alarms: readonly IAlarm[];
}

/** CloudWatch shows 100 at most: infra/limits/template-limits.ts. */
const ALARMS_PER_WIDGET = 80;

const period = Duration.minutes(5);
const hour = Duration.hours(1);

const COLORS: Readonly<Record<ScanStatus, string>> = {
  CLEAN: Color.GREEN,
  INFECTED: Color.RED,
  REJECTED: Color.ORANGE,
  UNSCANNABLE: Color.BROWN,
  ERROR: Color.PURPLE,
};

/** What the airlock does, on one page: look here first when an alarm goes off. */
export class Dashboard extends CloudWatchDashboard {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id, { defaultInterval: Duration.days(1) });
    const { stateMachines, queues, scanners, deadLetterQueues } = props;

    for (let shown = 0; shown < props.alarms.length; shown += ALARMS_PER_WIDGET) {
      const alarms = props.alarms.slice(shown, shown + ALARMS_PER_WIDGET);
      this.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 }));
    }
    this.addWidgets(
      graph('Verdicts', {
        stacked: true,
        left: SCAN_STATUSES.map((Status) =>
          airlockMetric(this, 'Verdicts', { dimensions: { Status }, statistic: 'Sum', period, label: Status }).with({
            color: COLORS[Status],
          }),
        ),
      }),
      graph('Executions that did not succeed', {
        left: Object.entries(stateMachines).flatMap(([name, machine]) => [
          machine.metricFailed({ period, label: `${name} failed` }),
          machine.metricTimedOut({ period, label: `${name} timed out` }),
          machine.metricAborted({ period, label: `${name} stopped` }),
          machine.metricThrottled({ period, label: `${name} throttled` }),
        ]),
      }),
      graph('Undelivered: in dead-letter queues', {
        left: Object.entries(deadLetterQueues).map(([label, queue]) =>
          queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label }),
        ),
      }),
    );
    this.addWidgets(
      graph('Scan time, ms', {
        left: [Stats.p(50), Stats.p(95), Stats.MAXIMUM].map((statistic) =>
          airlockMetric(this, 'ScanMilliseconds', { statistic, period, label: statistic }),
        ),
      }),
      graph('Scanned', {
        left: [airlockMetric(this, 'ObjectsScanned', { statistic: 'Sum', period, label: 'objects' })],
        right: [airlockMetric(this, 'BytesScanned', { statistic: 'Sum', period, label: 'bytes' })],
      }),
      graph('Engines', {
        left: Object.entries(scanners).flatMap(([word, scanner]) => [
          scanner.metric('ConcurrentExecutions', { period, statistic: 'Maximum', label: `${word} at once` }),
          scanner.metricErrors({ period, label: `${word} failed` }),
          scanner.metricThrottles({ period, label: `${word} throttled` }),
        ]),
        right: [
          airlockMetric(this, 'EngineStarts', { statistic: 'Sum', period, label: 'starts' }),
          airlockMetric(this, 'ScanFailed', { statistic: 'Sum', period, label: 'scans failed' }),
        ],
      }),
    );
    this.addWidgets(
      graph('Waiting for engines', {
        width: 12,
        left: Object.entries(queues).map(([label, queue]) =>
          queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label }),
        ),
      }),
      graph('Longest wait, s', {
        width: 12,
        left: Object.entries(queues).map(([label, queue]) =>
          queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum', label }),
        ),
      }),
    );
    this.addWidgets(
      graph('Definitions: age, s', {
        left: [
          airlockMetric(this, 'DefinitionsAge', {
            statistic: 'Maximum',
            period: hour,
            label: 'since the last check of the mirror',
          }),
          airlockMetric(this, 'SignaturesAge', { statistic: 'Maximum', period: hour, label: 'since they were built' }),
        ],
        right: [
          airlockMetric(this, 'DefinitionsUpdateFailed', { statistic: 'Sum', period: hour, label: 'updates failed' }),
          airlockMetric(this, 'DefinitionsRefused', { statistic: 'Sum', period: hour, label: 'refused by scanners' }),
        ],
        leftAnnotations: [{ value: Duration.hours(24).toSeconds(), label: '24 hours', color: Color.RED }],
      }),
      graph('Rescans, objects', {
        width: 16,
        left: props.buckets.flatMap((Bucket) =>
          (['Scanned', 'Changed', 'Infected', 'Failed'] as const).map((what) =>
            airlockMetric(this, `Rescan${what}`, {
              dimensions: { Bucket },
              statistic: 'Sum',
              period: hour,
              label: `${Bucket} ${what.toLowerCase()}`,
            }),
          ),
        ),
      }),
    );
  }
}

function graph(title: string, props: GraphWidgetProps): GraphWidget {
  const leftYAxis = { min: 0 };
  return new GraphWidget({ title, width: 8, height: 6, leftYAxis, rightYAxis: leftYAxis, ...props });
}
