import type { WarmEngine } from '../adapters/clamav/warm-engine.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { toObjectReference } from '../domain/object-reference.ts';
import { ScanObjectInput } from '../domain/payloads.ts';
import { type ScanPorts, scanContent } from '../domain/scan-content.ts';
import type { Verdict } from '../domain/verdict.ts';
import { onInit, scannerTask } from './scanner.ts';
import { task } from './task.ts';

/**
 * Scans one object's content.
 * @throws EngineUnavailable, DefinitionsUnavailable, ScratchFull, and what reading from the store throws
 */
export const scanObject = (ports: ScanPorts) =>
  task(ScanObjectInput, async ({ bucket, object, policy, type, headers }): Promise<Verdict> => {
    const verdict = await scanContent(ports, toObjectReference(bucket, object), policy, type);
    // Check File Type has judged them.
    return headers === null ? verdict : { ...verdict, headers };
  });

export const create = (env: Environment, engine?: WarmEngine) => scannerTask(env, engine, scanObject);

export const handler = await onInit(create);
