import type { Construct } from 'constructs';
import { huntMemoryMb } from '../../../functions/domain/cost/hunt.ts';
import type { AirlockConfig } from '../../config/schema.ts';
import type { RescanResults } from '../buckets/rescan-results.ts';
import { contentEnvironment, ScannerFunction } from './scanner-function.ts';
import { TaskFunction } from './task-function.ts';

export interface HuntTasksProps {
  readonly config: AirlockConfig;
  readonly results: RescanResults;
}

/** Lambda's maximum: a batch stops by itself. */
const LONGEST_SECONDS = 900;

/**
 * The functions of hunts, by Task name. None of them may write anything, anywhere. They cost nothing until somebody hunts,
 * and reserve no concurrency: a reservation would be taken from the account all the time.
 */
export function createHuntTasks(scope: Construct, { config, results }: HuntTasksProps) {
  const { engine, maxObjectBytes, logRetentionDays } = config;
  const RESULTS_BUCKET = results.bucketName;
  const memoryMb = huntMemoryMb(engine.memoryMb);
  const scanner = (id: string, objectActions: readonly string[]) =>
    new ScannerFunction(scope, id, {
      ...engine,
      memoryMb,
      reservedConcurrency: null,
      timeoutSeconds: LONGEST_SECONDS,
      objectActions,
      readsContent: objectActions.length > 0,
      logRetentionDays,
      environment: {
        RESULTS_BUCKET,
        MAX_OBJECT_BYTES: String(maxObjectBytes),
        MAX_SCAN_MILLISECONDS: String((LONGEST_SECONDS * 1000 * 2) / 3),
        ...contentEnvironment(config),
      },
    });

  const tasks = {
    PrepareHunt: scanner('PrepareHunt', []),
    HuntBatch: scanner('HuntBatch', ['s3:GetObject', 's3:GetObjectVersion']),
    SummarizeHunt: new TaskFunction(scope, 'SummarizeHunt', {
      objectActions: [],
      readsContent: false,
      memoryMb: 512,
      timeoutSeconds: 840,
      logRetentionDays,
      environment: {
        RESULTS_BUCKET,
        SCANNER_MEMORY_MB: String(memoryMb),
        SCANNER_ARCHITECTURE: engine.architecture,
      },
    }),
  };
  results.grantReadRules(tasks.PrepareHunt.role);
  results.grantReadRules(tasks.HuntBatch.role);
  results.grantReadRuns(tasks.SummarizeHunt.role, 'hunts');
  return tasks;
}
