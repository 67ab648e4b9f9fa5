import { availableParallelism } from 'node:os';
import { createObjectStore } from '../adapters/aws/object-store.ts';
import type { WarmEngine } from '../adapters/clamav/warm-engine.ts';
import { fileBytes } from '../adapters/content/file-bytes.ts';
import { inspectObject } from '../adapters/content/object-inspector.ts';
import { cutOff } from '../adapters/process/cut-off.ts';
import { sha256 } from '../adapters/process/digest.ts';
import { type Environment, requiredDialect } from '../adapters/process/environment.ts';
import { digestOfHeaders } from '../domain/confirmed-verdict.ts';
import type { Dialect } from '../domain/dialects/index.ts';
import { judgeFileType } from '../domain/file-type/file-type-verdict.ts';
import { gbSecondsOf } from '../domain/rescan/cost.ts';
import { afterApplyingNamed, NOBODY, withNames } from '../domain/rescan/named.ts';
import { ScanBatchInput, type ScanBatchOutput } from '../domain/rescan/payloads.ts';
import { type RescanPorts, rescanObject } from '../domain/rescan/rescan-object.ts';
import { scanBatch as scanAll } from '../domain/rescan/scan-batch.ts';
import { afterApplying, NOTHING, sum } from '../domain/rescan/totals.ts';
import { type ScanPorts, scanContent } from '../domain/scan-content.ts';
import { scannerTask } from './scanner.ts';
import { logger, onColdStart, task } from './task.ts';

/** The same number of downloads overlaps with the scans, whose number the processors limit. */
const OBJECTS_A_PROCESSOR = 4;
/** Of the 256 KiB a state may hold, 128 are the batch's items: see MaxInputBytesPerBatch in rescan-bucket.asl.json. */
const CHANGED_BYTES = 65_536;

/**
 * Scans a batch and returns the verdicts that differ from the tags.
 * @throws EngineUnavailable, DefinitionsUnavailable when there is no engine; any other fault is a row
 */
export const scanBatch = (ports: ScanPorts, store: RescanPorts['store'], dialect: Dialect) =>
  task(
    ScanBatchInput,
    async (
      { BatchInput, Items, totals = NOTHING, gbSeconds, applied, named = NOBODY },
      context,
    ): Promise<ScanBatchOutput> => {
      const remaining = () => context.getRemainingTimeInMillis();
      const begun = remaining();
      let engineUp: Promise<string> | undefined;
      const definitionsVersion = () => (engineUp ??= ports.engine.definitionsVersion());
      const rescan = (signal: AbortSignal): RescanPorts => {
        const check = contentCheck({ ...ports, signal }, definitionsVersion);
        return { store, dialect, definitionsVersion, check };
      };

      const batch = await scanAll(
        Items,
        {
          atOnce: OBJECTS_A_PROCESSOR * availableParallelism(),
          // The disk is sized for one object of the largest size.
          bytesAtOnce: BatchInput.policy.maxObjectBytes,
          remaining,
          changedBytes: CHANGED_BYTES,
        },
        (item, signal) => rescanObject(rescan(signal), BatchInput, item),
        cutOff,
      );
      await engineUp;
      // The results of a run name only as many as there is room for.
      for (const failure of batch.failures) logger.error('ObjectFailed', { bucket: BatchInput.bucket, ...failure });

      return {
        BatchInput,
        Items: batch.remaining,
        totals: sum(afterApplying(totals, applied), batch.totals),
        gbSeconds: gbSeconds + gbSecondsOf(begun - remaining(), Number(context.memoryLimitInMB)),
        changed: batch.changed,
        applied: [],
        named: withNames(afterApplyingNamed(named, applied), batch.named),
      };
    },
  );

/** Runs all checks of an upload, once the engine that it may need is up. */
function contentCheck(ports: ScanPorts, engineUp: () => Promise<unknown>): RescanPorts['check'] {
  return async (object, policy) => {
    const { maxObjectBytes } = policy;
    if (object.size > 0 && object.size <= maxObjectBytes) await engineUp();
    let judged: string | undefined;
    const verdict = await scanContent(ports, object, policy, null, async (copy, headers) => {
      judged = digestOfHeaders(headers, sha256);
      return judgeFileType(await inspectObject(fileBytes(copy, headers), object), object.key, policy);
    });
    return judged === undefined ? verdict : { ...verdict, headers: judged };
  };
}

/** The engine starts with the first object that needs it: most batches of a `due` run need none. */
export const create = (env: Environment, engine?: WarmEngine) =>
  scannerTask(env, engine, (ports) => scanBatch(ports, createObjectStore(env), requiredDialect(env)));

export const handler = onColdStart(create);
