import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

const CONTEXT = 's3-airlock:service';

/**
 * The `service` in the metrics and logs of everything below: the stack's name, with the construct's path if it is not
 * all of the stack. It separates airlocks in one account and region.
 * @param airlock before it has children
 */
export function nameService(airlock: Construct): void {
  const { node } = airlock;
  const path = node.path.slice(Stack.of(airlock).node.path.length + 1);
  // Not `AWS::StackName`, which in a nested stack is another one.
  const { stackName } = Stack.of(airlock);
  const name = path === 'Default' ? stackName : `${stackName}-${path.replaceAll('/', '-')}`;
  node.setContext(CONTEXT, name);
}

/** @throws Error outside an airlock */
export const serviceOf = (scope: Construct): string => scope.node.getContext(CONTEXT) as string;
