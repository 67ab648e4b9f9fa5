import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { AlarmSet } from './alarm-set.ts';

export interface ReportAlarmsProps {
  readonly topic: ITopic;
  readonly stateMachine: IStateMachine;
}

const period = Duration.minutes(5);

/** Alarms on reports that did not come to their end; what their schedule could not start is with the rescans. */
export class ReportAlarms extends AlarmSet {
  constructor(scope: Construct, id: string, { topic, stateMachine }: ReportAlarmsProps) {
    super(scope, id, topic);
    const stale = 'The latest files are those of an earlier one.';
    this.whenAny('ReportsFailed', stateMachine.metricFailed({ period }), `Buckets could not be reported. ${stale}`);
    this.whenAny('ReportsTimedOut', stateMachine.metricTimedOut({ period }), `Reports ran out of time. ${stale}`);
    this.whenAny('ReportsAborted', stateMachine.metricAborted({ period }), `Reports were stopped by hand. ${stale}`);
  }
}
