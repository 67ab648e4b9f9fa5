import { CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { rolesOfSchedules } from './role-of-schedule.ts';

/**
 * Creates an airlock's schedules after everything else of it, one after the other. A rate without a start date runs at once: if a
 * later resource failed, the rollback could not delete the buckets that the run had written to.
 * @param last the schedule that comes after all others
 */
export function schedulesLast(airlock: Construct, last: CfnSchedule): void {
  const stack = Stack.of(airlock);
  const resources = [airlock, ...rolesOfSchedules(airlock)]
    .flatMap(({ node }) => node.findAll())
    .filter((construct) => CfnResource.isCfnResource(construct));
  const schedules = resources.filter((resource) => resource instanceof CfnSchedule && resource !== last);
  // Schedules have nested stacks of their own; the template has a resource for each.
  const ofSchedules = new Set(schedules.map((schedule) => nestedStackOf(schedule)));
  const others = resources.filter((resource) => {
    return resource.stack === stack && resource !== last && !ofSchedules.has(resource) && !schedules.includes(resource);
  });
  for (const nested of ofSchedules) dependOn(nested, others);
  for (const schedule of schedules) if (schedule.stack === stack) dependOn(schedule, others);
  // A chain: each schedule with the whole list would make the template too large for CloudFormation.
  for (const [index, schedule] of schedules.entries()) {
    const before = schedules[index - 1];
    if (before !== undefined) schedule.addResourceDependency(before);
  }
  // Those depend on the others.
  dependOn(last, ofSchedules.size > 0 ? [...ofSchedules] : others);
}

function dependOn(resource: CfnResource | undefined, before: readonly (CfnResource | undefined)[]): void {
  for (const each of before) if (each !== undefined) resource?.addResourceDependency(each);
}

/** The resource that a nested stack is in the stack above. */
function nestedStackOf({ stack }: CfnResource): CfnResource | undefined {
  return NestedStack.isNestedStack(stack) ? stack.nestedStackResource : undefined;
}
