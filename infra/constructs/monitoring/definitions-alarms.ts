import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { airlockMetric } from './airlock-metric.ts';
import { AlarmSet } from './alarm-set.ts';

export interface DefinitionsAlarmsProps {
  readonly topic: ITopic;
  readonly deadLetterQueue: IQueue;
  readonly updateHours: number;
  /** Whether ClamAV's official definitions are used, which come out daily. */
  readonly official: boolean;
}

const period = Duration.minutes(5);
const MAX_AGE = Duration.hours(24);
/** ClamAV publishes once a day, at no exact hour, and an update follows hours later: an age of one day is normal. */
const MAX_SIGNATURES_AGE = Duration.hours(48);

/** Old definitions find less and less malware, but no scan fails because of them. */
export class DefinitionsAlarms extends AlarmSet {
  constructor(scope: Construct, id: string, props: DefinitionsAlarmsProps) {
    super(scope, id, props.topic);
    // Longer than the time between two updates, retries included, so that each period has data.
    const betweenUpdates = Duration.hours(props.updateHours + 1);
    const warmUpTime = MAX_AGE;
    this.whenAny(
      'DefinitionsUpdateFailed',
      airlockMetric(this, 'DefinitionsUpdateFailed', { statistic: 'Maximum', period }),
      'An update of the definitions failed. Scans continue with the active definitions.',
    );
    this.whenAny(
      'DefinitionsUpdatesLost',
      props.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      'Updates of the definitions are in the dead-letter queue: they failed twice or could not be started.',
    );
    this.whenAny(
      'DefinitionsRefused',
      airlockMetric(this, 'DefinitionsRefused', { statistic: 'Sum', period }),
      'A scanner could not use the published definitions and continues with older ones.',
    );
    this.whenOver(
      'DefinitionsOld',
      airlockMetric(this, 'DefinitionsAge', { statistic: 'Maximum', period: betweenUpdates }),
      { threshold: MAX_AGE.toSeconds(), warmUpTime },
      'No update of the definitions has succeeded for 24 hours, or none has run.',
    );
    if (!props.official) return;
    this.whenOver(
      'SignaturesOld',
      airlockMetric(this, 'SignaturesAge', { statistic: 'Maximum', period: betweenUpdates }),
      { threshold: MAX_SIGNATURES_AGE.toSeconds(), warmUpTime },
      'The newest definitions of the mirror are 48 hours old: the mirror is not updated.',
    );
  }
}
