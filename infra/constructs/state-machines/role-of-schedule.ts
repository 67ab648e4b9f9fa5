import { Stack } from 'aws-cdk-lib';
import type { CfnSchedule, Schedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct, IConstruct } from 'constructs';

/** ARN of the role that EventBridge Scheduler assumes; CDK makes one for each target and does not show it. */
export function roleArnOf(schedule: Schedule): string {
  const { target } = schedule.node.defaultChild as CfnSchedule;
  return (target as CfnSchedule.TargetProperty).roleArn;
}

/** CDK puts them beside what it finds in the stack: those of every schedule there. */
export function rolesOfSchedules(scope: Construct): IConstruct[] {
  return Stack.of(scope).node.children.filter(({ node }) => node.id.startsWith('SchedulerRoleForTarget'));
}
