import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AlarmSet } from './alarm-set.ts';

export interface ScannerAlarmsProps {
  readonly topic: ITopic;
  /** By Task name. */
  readonly scanners: Readonly<Record<string, IFunction>>;
}

const period = Duration.minutes(5);

/** A burst may wait for engines, and a failed scan is retried; neither may last. */
export class ScannerAlarms extends AlarmSet {
  constructor(scope: Construct, id: string, { topic, scanners }: ScannerAlarmsProps) {
    super(scope, id, topic);
    for (const [word, scanner] of Object.entries(scanners)) {
      this.whenLasting(
        `${word}Throttled`,
        scanner.metricThrottles({ period }),
        { threshold: 1, periods: 12 },
        'For an hour there have been more scans than engines: verdicts are late.',
      );
      this.whenLasting(
        `${word}Failing`,
        new MathExpression({
          // Single faults are retried; three within five minutes are a pattern.
          expression: 'IF(errors >= 3, 100 * errors / invocations, 0)',
          usingMetrics: {
            errors: scanner.metricErrors({ period }),
            invocations: scanner.metricInvocations({ period }),
          },
          label: 'Failed scans, %',
          period,
        }),
        { threshold: 25, periods: 3 },
        'A quarter of all scans have failed for 15 minutes: check the engine, its definitions and its disk.',
      );
    }
  }
}
