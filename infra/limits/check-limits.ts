import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CfnElement, NestedStack, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TemplateTree } from '../flatten-template.ts';
import { ROOT } from '../repository-root.ts';
import type { Template } from '../template.ts';
import { measure } from './measurements.ts';
import { type Measurement, refused } from './template-limits.ts';

/** Makes synthesis fail where AWS would refuse the stack of an airlock, and say why. */
export function refuseOverLimits(airlock: Construct): void {
  const stack = Stack.of(airlock);
  airlock.node.addValidation({ validate: () => refused(measurementsOf(stack)) });
}

/** Of a stack whose references are resolved: in a validation, or after synthesis. */
export function measurementsOf(stack: Stack): Measurement[] {
  return measure({ name: stack.stackName, ...templatesOf(stack), definitions: definitionsOf(stack) });
}

/** The templates of a stack and of its nested stacks. */
export function templatesOf(stack: Stack): TemplateTree {
  const nested = stack.node.findAll().filter((child) => NestedStack.isNestedStack(child)) as NestedStack[];
  const byId = nested.map((child) => [String(stack.resolve(child.nestedStackResource?.logicalId)), templateOf(child)]);
  return { template: templateOf(stack), nested: Object.fromEntries(byId) };
}

/** What CDK writes to the file, before it is there. */
function templateOf(stack: Stack): Template {
  return stack.resolve((stack as unknown as { _toCloudFormation(): unknown })._toCloudFormation()) as Template;
}

/** Text of the ASL files, by logical id. */
function definitionsOf(stack: Stack): Record<string, string> {
  const machines = stack.node.findAll().flatMap((construct) => {
    const { definition, machine } = construct as { definition?: unknown; machine?: Stack };
    return typeof definition === 'string' && machine !== undefined ? { definition, machine } : [];
  });
  return Object.fromEntries(
    machines.map(({ definition, machine }) => [
      stack.resolve((machine.node.defaultChild as CfnElement).logicalId),
      readFileSync(join(ROOT, definition), 'utf8'),
    ]),
  );
}
