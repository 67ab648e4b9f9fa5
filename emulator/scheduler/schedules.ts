import { randomUUID } from 'node:crypto';
import type { LocalStack } from '../cloudformation/template.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import { policyOfQueue } from '../iam/resource-policies.ts';

interface Target {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
}

export interface SchedulesProps<Started> {
  readonly stack: LocalStack;
  readonly iam: Authorizer;
  readonly start: (stateMachineArn: string, input: unknown) => Started;
  /**
   * With Scheduler's attributes beside the input;
   * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
   */
  readonly deadLetter: (queueArn: string, input: string, attributes: Readonly<Record<string, string>>) => void;
}

/** The template's schedules of state machines; they do not run by the clock, only when fired. */
export interface Schedules<Started> {
  /** Names (logical ids) of those that are enabled. */
  readonly names: readonly string[];
  /**
   * Runs the schedule with its role.
   * @param scheduledTime the scheduled time; to the second, as EventBridge Scheduler reports it
   * @throws Error when the target could not be started; the input is then in the dead-letter queue
   */
  fire(name: string, scheduledTime: Date): Promise<Started>;
}

export function loadSchedules<Started>(props: SchedulesProps<Started>): Schedules<Started> {
  const { stack, iam } = props;
  const schedules = stack
    .ofType('AWS::Scheduler::Schedule')
    .filter(({ properties }) => properties.State !== 'DISABLED' && /:stateMachine:/.test(properties.Target.Arn));
  return {
    names: schedules.map(({ logicalId }) => logicalId),
    async fire(name, scheduledTime) {
      const schedule = schedules.find(({ logicalId }) => logicalId === name);
      if (schedule === undefined) throw new Error(`the stack has no schedule ${name}`);
      const { Arn, RoleArn, Input = '{}', DeadLetterConfig } = schedule.properties.Target as Target;
      const input = filled(Input, schedule.arn, scheduledTime);
      const may = (action: string, resource: string) =>
        iam.decide({
          principal: iam.role(RoleArn),
          action,
          resource,
          context: { 'aws:SecureTransport': 'true' },
          resourcePolicy: policyOfQueue(stack, resource),
        });
      if (DeadLetterConfig !== undefined && !(await may('sqs:SendMessage', DeadLetterConfig.Arn)).allowed) {
        throw new Error(`${name} may not use its dead-letter queue: on AWS what it cannot start would be lost`);
      }
      try {
        const { allowed, reason } = await may('states:StartExecution', Arn);
        if (!allowed) throw new Error(`EventBridge Scheduler may not start ${Arn}: ${reason}`);
        return props.start(Arn, JSON.parse(input));
      } catch (fault) {
        if (DeadLetterConfig !== undefined) {
          props.deadLetter(DeadLetterConfig.Arn, input, {
            SCHEDULE_ARN: schedule.arn,
            SCHEDULED_TIME: toSeconds(scheduledTime),
            TARGET_ARN: Arn,
            ERROR_MESSAGE: (fault as Error).message,
          });
        }
        throw fault;
      }
    },
  };
}

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function filled(input: string, arn: string, scheduledTime: Date): string {
  const attributes: Readonly<Record<string, string>> = {
    'aws.scheduler.schedule-arn': arn,
    'aws.scheduler.scheduled-time': toSeconds(scheduledTime),
    'aws.scheduler.execution-id': randomUUID(),
    'aws.scheduler.attempt-number': '1',
  };
  return input.replace(/<(aws\.scheduler\.[a-z-]+)>/g, (token, name: string) => attributes[name] ?? token);
}

function toSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
