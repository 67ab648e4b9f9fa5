import { CfnResource } from 'aws-cdk-lib';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { rolesOfSchedules } from './role-of-schedule.ts';

/**
 * Creates an airlock's schedules after everything else of it, one after the other. A rate without a start date runs at once: if a
 * later resource failed, the rollback could not delete the buckets that the run had written to.
 * @param last the schedule that comes after all others
 */
export function schedulesLast(airlock: Construct, last: CfnSchedule): void {
  const resources = [airlock, ...rolesOfSchedules(airlock)]
    .flatMap(({ node }) => node.findAll())
    .filter((construct) => CfnResource.isCfnResource(construct));
  const others = resources.filter((resource) => !(resource instanceof CfnSchedule));
  const schedules = resources.filter((resource) => resource instanceof CfnSchedule && resource !== last);
  // A chain: each schedule with the whole list would make the template too large for CloudFormation.
  let before = others;
  for (const schedule of [...schedules, last]) {
    for (const resource of before) schedule.addResourceDependency(resource);
    before = [schedule];
  }
}
