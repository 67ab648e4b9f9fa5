import type { CfnSchedule, Schedule } from 'aws-cdk-lib/aws-scheduler';

/** ARN of the role that EventBridge Scheduler assumes; CDK makes one for each target and does not show it. */
export function roleArnOf(schedule: Schedule): string {
  const { target } = schedule.node.defaultChild as CfnSchedule;
  return (target as CfnSchedule.TargetProperty).roleArn;
}
