import type { Schedule } from 'aws-cdk-lib/aws-scheduler';
import type { IDependable } from 'constructs';
import { rolesOfSchedules } from './role-of-schedule.ts';

/**
 * Creates a schedule only after its role's policy and `others`: a rate without a start date runs at once, and CDK
 * waits only for the role, not for its policy.
 */
export function afterItsRole(schedule: Schedule, ...others: readonly IDependable[]): void {
  schedule.node.addDependency(...rolesOfSchedules(schedule), ...others);
}
