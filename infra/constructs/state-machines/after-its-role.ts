import { Stack } from 'aws-cdk-lib';
import type { Schedule } from 'aws-cdk-lib/aws-scheduler';
import type { IDependable } from 'constructs';

/**
 * Makes a schedule only when its role may do something, and `others` are there: a rate without a start date invokes at
 * once, and CDK waits for the role alone, not for its policy.
 */
export function afterItsRole(schedule: Schedule, ...others: readonly IDependable[]): void {
  const roles = Stack.of(schedule).node.children.filter(({ node }) => node.id.startsWith('SchedulerRoleForTarget'));
  schedule.node.addDependency(...roles, ...others);
}
