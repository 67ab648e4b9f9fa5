import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment } from '../../functions/adapters/environment.ts';
import type { TaskHandler } from '../../functions/handlers/task.ts';
import type { LocalStack } from '../cloudformation/template.ts';
import { ROOT } from '../synthesis.ts';
import { invokeFunction, type LocalFunctionProps } from './local-function.ts';

interface HandlerModule {
  readonly create: (env: Environment) => TaskHandler<unknown>;
}

export type Functions = ReadonlyMap<string, LocalFunctionProps>;

/**
 * Every function of the stack by ARN, each wired from its own environment: the template's variables, its
 * role's access key, and what `overlay` says of this machine.
 *
 * @param handlers handler file by logical id
 */
export async function loadFunctions(
  stack: LocalStack,
  handlers: Readonly<Record<string, string>>,
  overlay: Environment,
): Promise<Functions> {
  const functions = new Map<string, LocalFunctionProps>();
  for (const [logicalId, file] of Object.entries(handlers)) {
    const resource = stack.resources.get(logicalId);
    if (resource === undefined) throw new Error(`the template holds no function ${logicalId}`);
    const { create } = (await import(pathToFileURL(join(ROOT, file)).href)) as HandlerModule;
    const { Environment: environment, Role, Timeout = 3, MemorySize = 128 } = resource.properties;
    const env = { ...environment?.Variables, ...overlay, ...credentialsOf(Role) };
    const handler = create(env);
    const { arn, ref: name } = resource;
    functions.set(arn, { name, arn, handler, timeoutSeconds: Timeout, memoryMb: MemorySize });
  }
  return functions;
}

/** @throws FunctionFault under the name that the state machine matches */
export async function invoke(functions: Functions, arn: string, payload: unknown): Promise<unknown> {
  const called = functions.get(arn);
  if (called === undefined) throw Object.assign(new Error(arn), { name: 'Lambda.ResourceNotFoundException' });
  return invokeFunction(called, payload);
}

/** The local access key of a principal is its ARN without what would break a credential scope. */
export function credentialsOf(principalArn: string): Environment {
  return { AWS_ACCESS_KEY_ID: accessKeyIdOf(principalArn), AWS_SECRET_ACCESS_KEY: 'local' };
}

export function accessKeyIdOf(principalArn: string): string {
  return principalArn.split('/').at(-1) ?? principalArn;
}
