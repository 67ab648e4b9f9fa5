import type { Construct } from 'constructs';
import type { AirlockConfig } from '../../config/schema.ts';
import type { DefinitionsBucket } from '../buckets/definitions-bucket.ts';
import type { RescanResults } from '../buckets/rescan-results.ts';
import type { Notifications } from '../notifications.ts';
import { contentEnvironment, ScannerFunction } from './scanner-function.ts';
import { TaskFunction } from './task-function.ts';

export interface RescanTasksProps {
  readonly config: AirlockConfig;
  readonly dialectEnvironment: Readonly<Record<string, string>>;
  readonly definitions: DefinitionsBucket;
  readonly notifications: Notifications;
  readonly results: RescanResults;
}

/** Time for one batch, independent of the time for an upload: Lambda's maximum, because it stops by itself. */
const BATCH_SECONDS = 900;

/** The functions that only rescans use, by Task name; the others are shared with uploads. */
export function createRescanTasks(
  scope: Construct,
  { config, dialectEnvironment, definitions, notifications, results }: RescanTasksProps,
) {
  const { engine, maxObjectBytes, allowedTypes, inertTypes, xmlStylesheets, activeContent, logRetentionDays } = config;
  const node = { objectActions: [], readsContent: false, memoryMb: 256, logRetentionDays };
  const RESULTS_BUCKET = results.bucketName;

  const tasks = {
    PrepareRescan: new TaskFunction(scope, 'PrepareRescan', {
      ...node,
      environment: {
        ...dialectEnvironment,
        RESULTS_BUCKET,
        SCAN_POLICY: JSON.stringify({
          maxObjectBytes,
          allowedTypes,
          inertTypes,
          xmlStylesheets,
          activeContent,
          maxWaitSeconds: engine.maxWaitHours * 3600,
        }),
      },
    }),
    ScanBatch: new ScannerFunction(scope, 'ScanBatch', {
      ...engine,
      // So that neither uploads nor rescans take the other's engines.
      reservedConcurrency: engine.rescanConcurrency,
      timeoutSeconds: BATCH_SECONDS,
      objectActions: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging'],
      readsContent: true,
      logRetentionDays,
      environment: {
        ...dialectEnvironment,
        MAX_OBJECT_BYTES: String(maxObjectBytes),
        MAX_SCAN_MILLISECONDS: String((BATCH_SECONDS * 1000 * 2) / 3),
        DEFINITIONS_BUCKET: definitions.bucketName,
        ...contentEnvironment(config),
      },
    }),
    SummarizeRescan: new TaskFunction(scope, 'SummarizeRescan', {
      ...node,
      memoryMb: 512,
      timeoutSeconds: 840,
      environment: {
        ...dialectEnvironment,
        RESULTS_BUCKET,
        SCANNER_MEMORY_MB: String(config.engine.memoryMb),
        SCANNER_ARCHITECTURE: config.engine.architecture,
      },
    }),
    NotifyRescan: new TaskFunction(scope, 'NotifyRescan', { ...node, environment: notifications.environment }),
  };
  definitions.grantReadDefinitions(tasks.ScanBatch);
  results.grantReadProgress(tasks.PrepareRescan.role);
  results.grantReadProgress(tasks.SummarizeRescan.role);
  results.grantWriteProgress(tasks.SummarizeRescan.role);
  results.grantReadRuns(tasks.SummarizeRescan.role);
  notifications.grantNotify(tasks.NotifyRescan);
  return tasks;
}
