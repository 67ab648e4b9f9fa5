import { Duration } from 'aws-cdk-lib';
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
import { afterItsRole } from './after-its-role.ts';

export interface RescanScheduleProps {
  readonly bucketName: string;
  readonly config: RescanConfig & { readonly schedule: string };
  readonly stateMachine: IStateMachine;
  readonly deadLetterQueue: IQueue;
}

/** Starts the rescans of one bucket. */
export class RescanSchedule extends Schedule {
  constructor(
    scope: Construct,
    id: string,
    { bucketName, config, stateMachine, deadLetterQueue }: RescanScheduleProps,
  ) {
    const { schedule, strategy, prefix, maxConcurrency, toleratedFailurePercentage, flexibleMinutes } = config;
    super(scope, id, {
      description: `Rescans ${scope.node.id}, strategy ${strategy}`,
      schedule: ScheduleExpression.expression(schedule),
      // Buckets on the same schedule need not begin in the same minute.
      timeWindow: flexibleMinutes === 0 ? TimeWindow.off() : TimeWindow.flexible(Duration.minutes(flexibleMinutes)),
      target: new StepFunctionsStartExecution(stateMachine, {
        input: ScheduleTargetInput.fromObject({
          bucket: bucketName,
          prefix,
          strategy,
          maxConcurrency,
          toleratedFailurePercentage,
          // However late it starts, its window ends when it should have.
          scheduledTime: ContextAttribute.scheduledTime,
        }),
        deadLetterQueue,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    });
    // With what lies beside the state machine: the policy by which it starts its own children.
    afterItsRole(this, stateMachine.node.scope ?? stateMachine);
  }
}
