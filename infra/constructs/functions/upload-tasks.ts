import type { Construct } from 'constructs';
import { DETAIL_TYPES } from '../../../functions/domain/channels.ts';
import { SMALL_SCAN_SECONDS } from '../../config/contradictions.ts';
import type { AirlockConfig } from '../../config/schema.ts';
import type { DefinitionsBucket } from '../buckets/definitions-bucket.ts';
import type { QuarantineBucket } from '../buckets/quarantine-bucket.ts';
import type { RescanResults } from '../buckets/rescan-results.ts';
import type { S3Annotations } from '../buckets/s3-annotations.ts';
import { FINDINGS, type Notifications } from '../notifications.ts';
import { START_SECONDS } from '../overflow-queue.ts';
import { contentEnvironment, ScannerFunction } from './scanner-function.ts';
import { TaskFunction } from './task-function.ts';

export interface UploadTasksProps {
  readonly config: AirlockConfig;
  readonly dialectEnvironment: Readonly<Record<string, string>>;
  readonly definitions: DefinitionsBucket;
  readonly quarantine: QuarantineBucket;
  readonly notifications: Notifications;
  /** Where it is remembered which findings are open. */
  readonly results: RescanResults;
  readonly annotations: S3Annotations;
}

/** The most that Lambda gives a function. */
const LARGE_SECONDS = 900;

const READ = ['s3:GetObject', 's3:GetObjectVersion'];
const TAG = [
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
  // For an object that is left without any tag, which is a separate S3 call. A version always keeps its verdict.
  's3:DeleteObjectTagging',
];

/** The functions that process an upload, by Task name. */
export function createUploadTasks(
  scope: Construct,
  { config, dialectEnvironment, definitions, quarantine, notifications, results, annotations }: UploadTasksProps,
) {
  const { engine, workflow, maxObjectBytes, logRetentionDays, notify } = config;
  const express = workflow === 'EXPRESS';
  const node = { readsContent: false, memoryMb: 256, environment: {}, logRetentionDays };

  const scanner = (id: string, timeoutSeconds: number, reservedConcurrency: number | null) =>
    new ScannerFunction(scope, id, {
      ...engine,
      timeoutSeconds,
      reservedConcurrency,
      objectActions: READ,
      readsContent: true,
      logRetentionDays,
      environment: {
        MAX_OBJECT_BYTES: String(maxObjectBytes),
        // The last third is for the download; clamd answers "limits exceeded" before the function times out.
        MAX_SCAN_MILLISECONDS: String(Math.floor((timeoutSeconds * 1000 * 2) / 3)),
        DEFINITIONS_BUCKET: definitions.bucketName,
        ...contentEnvironment(config),
      },
    });

  const tasks = {
    CheckFileType: new TaskFunction(scope, 'CheckFileType', {
      ...node,
      memoryMb: 512,
      // XML is parsed to its end: the worst of 32 MiB takes 9 s on a whole processor, and this has a third of one.
      timeoutSeconds: 110,
      objectActions: READ,
      readsContent: true,
    }),
    ScanObject: scanner('ScanObject', Math.min(engine.timeoutSeconds, SMALL_SCAN_SECONDS), engine.reservedConcurrency),
    ScanLargeObject: scanner(
      'ScanLargeObject',
      // An EXPRESS execution has little time; what overflows has all of it.
      express ? LARGE_SECONDS : engine.timeoutSeconds,
      engine.largeConcurrency,
    ),
    FailAbandonedScan: new TaskFunction(scope, 'FailAbandonedScan', { ...node, objectActions: [] }),
    ...(express && {
      // ScanObject takes direct calls there.
      ScanWaitingObject: scanner('ScanWaitingObject', SMALL_SCAN_SECONDS, engine.overflowConcurrency),
      StartOverflow: new TaskFunction(scope, 'StartOverflow', {
        ...node,
        objectActions: [],
        timeoutSeconds: START_SECONDS,
      }),
    }),
    TagObject: new TaskFunction(scope, 'TagObject', {
      ...node,
      // An object that nobody has read is looked at before its tag says anything.
      objectActions: [...READ, ...TAG],
      environment: dialectEnvironment,
    }),
    QuarantineObject: new TaskFunction(scope, 'QuarantineObject', {
      ...node,
      objectActions: [...READ, 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
      readsContent: true,
      // S3 answers a CopyObject when it is finished: up to 2 GiB.
      timeoutSeconds: 240,
      environment: { QUARANTINE_BUCKET: quarantine.bucketName, S3_ANNOTATIONS: annotations.text },
    }),
    CopyObject: new TaskFunction(scope, 'CopyObject', {
      ...node,
      objectActions: [...READ, 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
      // To find the newest of several versions.
      bucketActions: ['s3:ListBucketVersions'],
      readsContent: true,
      // As QuarantineObject.
      timeoutSeconds: 240,
      environment: { ...dialectEnvironment, S3_ANNOTATIONS: annotations.text },
    }),
    DeleteObject: new TaskFunction(scope, 'DeleteObject', {
      ...node,
      // Reading too: an If-Match reveals content, so S3 requires permission to read it.
      objectActions: [...READ, 's3:DeleteObject', 's3:DeleteObjectVersion'],
      bucketActions: ['s3:GetBucketVersioning'],
    }),
    FindCurrentObject: new TaskFunction(scope, 'FindCurrentObject', { ...node, objectActions: ['s3:GetObject'] }),
    Notify: new TaskFunction(scope, 'Notify', {
      ...node,
      objectActions: [],
      environment: {
        ...dialectEnvironment,
        ...notifications.environment,
        ...notifications.rules(notify),
        ...(config.securityHub && { ...FINDINGS.environment, RESULTS_BUCKET: results.bucketName }),
        ...(config.detailType !== DETAIL_TYPES.scan && { DETAIL_TYPE: config.detailType }),
      },
    }),
  };
  for (const scans of [tasks.ScanObject, tasks.ScanLargeObject, tasks.ScanWaitingObject]) {
    if (scans !== undefined) definitions.grantReadDefinitions(scans);
  }
  quarantine.grantCopyInto(tasks.QuarantineObject);
  notifications.grantNotify(tasks.Notify);
  if (config.securityHub) {
    notifications.grantFindings(tasks.Notify);
    results.grantRememberFindings(tasks.Notify.role);
  }
  return tasks;
}
