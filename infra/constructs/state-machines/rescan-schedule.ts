import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { RescanConfig } from '../../config/rescan.ts';

export interface RescanScheduleProps {
  readonly scheduleName: string;
  readonly bucketName: string;
  readonly config: RescanConfig & { readonly schedule: string };
  readonly stateMachine: IStateMachine;
  readonly deadLetterQueue: IQueue;
  /** What Scheduler acts as, for all buckets: CDK would make one for each nested stack. */
  readonly role: IRole;
}

/** Starts the rescans of one bucket. */
export class RescanSchedule extends Schedule {
  /** What it gives to each rescan. */
  readonly input: Readonly<Record<string, unknown>>;

  constructor(
    scope: Construct,
    id: string,
    { scheduleName, bucketName, config, stateMachine, deadLetterQueue, role }: RescanScheduleProps,
  ) {
    const { schedule, strategy, prefix, maxConcurrency, toleratedFailurePercentage, flexibleMinutes } = config;
    const input = {
      bucket: bucketName,
      prefix,
      strategy,
      maxConcurrency,
      toleratedFailurePercentage,
      // Even if it starts late, its window ends at the scheduled time.
      scheduledTime: ContextAttribute.scheduledTime,
    };
    super(scope, id, {
      scheduleName,
      description: `Rescans ${bucketName}, strategy ${strategy}`,
      schedule: ScheduleExpression.expression(schedule),
      // Spreads buckets with the same schedule over several minutes.
      timeWindow: flexibleMinutes === 0 ? TimeWindow.off() : TimeWindow.flexible(Duration.minutes(flexibleMinutes)),
      target: new StepFunctionsStartExecution(stateMachine, {
        input: ScheduleTargetInput.fromObject(input),
        deadLetterQueue,
        role,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    });
    this.input = input;
  }
}
