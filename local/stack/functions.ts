import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import { credentialsOf } from '../../emulator/iam/principals.ts';
import { createMetrics } from '../../functions/adapters/aws/metrics.ts';
import { createScanEngine } from '../../functions/adapters/clamav/scan-engine.ts';
import type { WarmEngine } from '../../functions/adapters/clamav/warm-engine.ts';
import type { Environment } from '../../functions/adapters/process/environment.ts';
import type { TaskHandler } from '../../functions/handlers/task.ts';
import { invokeFunction, type LocalFunctionProps } from './local-function.ts';
import { ROOT } from './synthesis.ts';

type Handler = TaskHandler<unknown> & { close?(): Promise<void> };

interface HandlerModule {
  readonly create: (env: Environment, engine: WarmEngine) => Handler;
}

export interface Functions {
  readonly byArn: ReadonlyMap<string, LocalFunctionProps>;
  /** One engine for all scanners: on AWS each has its own, but this machine's memory is shared. */
  readonly engine: WarmEngine;
  close(): Promise<void>;
}

/** The scanner's handler; the engine uses its environment too. */
const SCANNER = 'scan-object.ts';

/**
 * Every function of the stack by ARN, each wired from its own environment: the template's variables, its role's
 * access key, and the local values of `overlay`.
 * @param handlers handler file by logical id
 */
export async function loadFunctions(
  stack: LocalStack,
  handlers: Readonly<Record<string, string>>,
  overlay: Environment,
): Promise<Functions> {
  const entries = Object.entries(handlers).map(([logicalId, file]) => {
    const resource = stack.resources.get(logicalId);
    if (resource === undefined) throw new Error(`the template has no function ${logicalId}`);
    const { Environment: environment, Role } = resource.properties;
    return { resource, file, env: { ...environment?.Variables, ...overlay, ...credentialsOf(Role) } as Environment };
  });
  const scanner = entries.find(({ file }) => file.endsWith(`/${SCANNER}`));
  if (scanner === undefined) throw new Error(`the template has no function for ${SCANNER}`);
  const metrics = createMetrics(scanner.env);
  const engine = createScanEngine(scanner.env, { onStart: () => metrics.record({ EngineStarts: 1 }) });

  const byArn = new Map<string, LocalFunctionProps>();
  const created: Handler[] = [];
  for (const { resource, file, env } of entries) {
    const { create } = (await import(pathToFileURL(join(ROOT, file)).href)) as HandlerModule;
    const handler = create(env, engine);
    created.push(handler);
    const { arn, ref: name } = resource;
    const { Timeout = 3, MemorySize = 128 } = resource.properties;
    byArn.set(arn, { name, arn, handler, timeoutSeconds: Timeout, memoryMb: MemorySize });
  }
  return {
    byArn,
    engine,
    async close() {
      await engine.stop();
      for (const handler of created) await handler.close?.();
    },
  };
}

/** @throws FunctionFault under the name that the state machine matches */
export async function invoke({ byArn }: Functions, arn: string, payload: unknown): Promise<unknown> {
  const called = byArn.get(arn);
  if (called === undefined) throw Object.assign(new Error(arn), { name: 'Lambda.ResourceNotFoundException' });
  return invokeFunction(called, payload);
}
