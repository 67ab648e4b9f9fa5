import { availableParallelism } from 'node:os';
import { createHuntRules } from '../adapters/aws/hunt-rules.ts';
import { createScratch } from '../adapters/aws/object-copy.ts';
import { createObjectStore } from '../adapters/aws/object-store.ts';
import { createHuntEngines, type HuntEngines } from '../adapters/clamav/hunt-engines.ts';
import { scanBudget } from '../adapters/clamav/scan-engine.ts';
import { cutOff } from '../adapters/process/cut-off.ts';
import { type Environment, requiredInteger } from '../adapters/process/environment.ts';
import { createUnpacking } from '../adapters/unpacking/unpacking.ts';
import type { ContentPolicy } from '../domain/content-policy.ts';
import { huntBatch as huntAll } from '../domain/hunt/hunt-batch.ts';
import { huntObject } from '../domain/hunt/hunt-object.ts';
import { NO_NAMES, withHuntNames } from '../domain/hunt/named.ts';
import { HuntBatchInput, type HuntBatchOutput } from '../domain/hunt/payloads.ts';
import { addHunted, NOTHING_HUNTED } from '../domain/hunt/totals.ts';
import type { ObjectStore } from '../domain/ports.ts';
import { gbSecondsOf } from '../domain/rescan/cost.ts';
import { type ScanPorts, scanContent } from '../domain/scan-content.ts';
import { maxUnpackedBytes } from '../domain/scan-policy.ts';
import { logger, onColdStart, type TaskHandler, task } from './task.ts';

/** The same number of downloads overlaps with the scans, whose number the processors limit. */
const OBJECTS_A_PROCESSOR = 4;

/** Without an engine, which depends on the hunt; without exemptions: a match is a match. */
type HuntScanPorts = Omit<ScanPorts, 'engine' | 'exemptions'>;

/**
 * Tries the rules of a hunt on a batch and returns what they match. It can read, and nothing else: it has no port that
 * writes.
 * @throws EngineUnavailable, StorageUnavailable when there is no engine with the rules; any other fault is a row
 */
export const huntBatch = (
  engines: HuntEngines,
  ports: HuntScanPorts,
  store: Pick<ObjectStore, 'head'>,
  maxObjectBytes: number,
) =>
  task(
    HuntBatchInput,
    async (
      { BatchInput, Items, totals = NOTHING_HUNTED, gbSeconds, named = NO_NAMES },
      context,
    ): Promise<HuntBatchOutput> => {
      const remaining = () => context.getRemainingTimeInMillis();
      const begun = remaining();
      const { bucket, rules } = BatchInput;
      // Every type: whether it may be here is not the question.
      const policy: ContentPolicy = { maxObjectBytes, allowedTypes: ['*'], activeContent: 'allow' };
      const limits = {
        atOnce: OBJECTS_A_PROCESSOR * availableParallelism(),
        // The disk is sized for one object of the largest size.
        bytesAtOnce: maxObjectBytes,
        remaining,
      };

      const batch = await engines.withEngine(rules, (engine) =>
        huntAll(
          Items,
          limits,
          (item, signal) => {
            const scan = { ...ports, engine, signal };
            return huntObject(
              { store, maxObjectBytes, scan: (object) => scanContent(scan, object, policy, null) },
              bucket,
              item,
            );
          },
          cutOff,
        ),
      );
      for (const failure of batch.failures) logger.error('ObjectFailed', { bucket, ...failure });

      return {
        BatchInput,
        Items: batch.remaining,
        totals: addHunted(totals, batch.totals),
        gbSeconds: gbSeconds + gbSecondsOf(begun - remaining(), Number(context.memoryLimitInMB)),
        named: withHuntNames(named, batch.named),
      };
    },
  );

/** Nothing is started before the first batch says which rules it needs. */
export function create(env: Environment): TaskHandler<HuntBatchOutput> & { close(): Promise<void> } {
  const maxObjectBytes = requiredInteger(env, 'MAX_OBJECT_BYTES');
  const { SCRATCH_DIRECTORY: parent } = env;
  const store = createObjectStore(env);
  const engines = createHuntEngines(env, createHuntRules(env));
  const scratch = createScratch(store, parent ? { parent } : {});
  const unpacking = createUnpacking({
    maxBytes: maxUnpackedBytes(maxObjectBytes),
    opensRar: env.RAR !== 'unscannable',
    ...(parent && { parent }),
  });
  const ports = { scratch, unpacking, budget: scanBudget(env), clock: () => new Date() };
  return Object.assign(huntBatch(engines, ports, store, maxObjectBytes), {
    async close() {
      await engines.close();
      await unpacking.close();
      scratch.close();
    },
  });
}

export const handler = onColdStart(create);
