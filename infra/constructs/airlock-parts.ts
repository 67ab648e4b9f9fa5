import type { Construct } from 'constructs';
import type { AirlockConfig } from '../config/schema.ts';
import type { Watched } from './airlock-props.ts';
import { DefinitionsBucket } from './buckets/definitions-bucket.ts';
import { accessLogsBucket } from './buckets/private-bucket.ts';
import { QuarantineBucket } from './buckets/quarantine-bucket.ts';
import { RescanResults } from './buckets/rescan-results.ts';
import { S3Annotations } from './buckets/s3-annotations.ts';
import { watchBuckets } from './buckets/watch-buckets.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { DefinitionsUpdates } from './definitions-updates.ts';
import { createHuntTasks } from './functions/hunt-tasks.ts';
import { createRescanTasks } from './functions/rescan-tasks.ts';
import { createUploadTasks } from './functions/upload-tasks.ts';
import { AlarmsTopic } from './monitoring/alarms-topic.ts';
import { Notifications } from './notifications.ts';
import { OverflowQueue } from './overflow-queue.ts';
import { Reports } from './reports.ts';
import { ScanQueues } from './scan-queues.ts';
import { ScanRequests } from './scan-requests.ts';
import { HuntBucket } from './state-machines/hunt-bucket.ts';
import { RescanBucket } from './state-machines/rescan-bucket.ts';
import { ScanUpload, ScanUploadExpress } from './state-machines/scan-upload.ts';

export type AirlockParts = ReturnType<typeof createParts>;

/** Everything that works in an airlock: buckets, functions, state machines, queues, schedules. */
export function createParts(scope: Construct, config: AirlockConfig, watched: readonly Watched[]) {
  const { logRetentionDays, dialect, tagKey } = config;
  const accessLogs = accessLogsBucket(scope, 'AccessLogs', logRetentionDays);
  const definitions = new DefinitionsBucket(scope, 'Definitions', { accessLogs });
  const quarantine = new QuarantineBucket(scope, 'Quarantine', { config: config.quarantine, accessLogs });
  const notifications = new Notifications(scope, 'Notifications');
  const results = new RescanResults(scope, 'RescanResults', { accessLogs, retentionDays: logRetentionDays });
  const undeliveredUploads = new DeadLetterQueue(scope, 'UndeliveredUploads');
  const undeliveredRescans = new DeadLetterQueue(scope, 'UndeliveredRescans');
  const failedUpdates = new DeadLetterQueue(scope, 'FailedUpdates');

  const dialectEnvironment = {
    DIALECT: dialect,
    ...(tagKey !== undefined && { DIALECT_TAG_KEY: tagKey }),
    ...(config.tags !== 'full' && { DIALECT_TAGS: config.tags }),
  };
  const annotations = new S3Annotations(scope, 'S3Annotations', { configured: config.annotations });
  const shared = { config, dialectEnvironment, definitions, notifications };
  const uploadTasks = createUploadTasks(scope, { ...shared, quarantine, results, annotations });
  const { ScanObject, ScanWaitingObject, ScanLargeObject, FailAbandonedScan, StartOverflow, ...called } = uploadTasks;
  const workers = {
    scanObject: ScanWaitingObject ?? ScanObject,
    scanLargeObject: ScanLargeObject,
    abandoned: FailAbandonedScan,
  };
  const scanQueues = new ScanQueues(scope, 'ScanQueues', { config, workers });
  const { tracing } = config;
  const records = { logRetentionDays, tracing, logLevel: config.logLevel ?? ('ERROR' as const) };
  const waiting = { tasks: called, queues: scanQueues, records };
  let scanUpload: ScanUpload | ScanUploadExpress;
  /** Of workflow EXPRESS: takes what finds no engine at once. */
  let overflow: { readonly machine: ScanUpload; readonly queue: OverflowQueue } | undefined;
  if (StartOverflow === undefined) {
    scanUpload = new ScanUpload(scope, 'ScanUpload', waiting);
  } else {
    const machine = new ScanUpload(scope, 'ScanOverflow', waiting);
    const queue = new OverflowQueue(scope, 'StartOverflowQueue', {
      worker: StartOverflow,
      overflow: machine.machine,
      undelivered: undeliveredUploads,
    });
    overflow = { machine, queue };
    const tasks = { ...called, ScanObject };
    // Such executions have no other record.
    const express = { ...records, logLevel: config.logLevel ?? ('ALL' as const) };
    scanUpload = new ScanUploadExpress(scope, 'ScanUpload', { tasks, overflow: queue, records: express });
  }

  const requests = config.requests
    ? new ScanRequests(scope, 'ScanRequests', { config, scanUpload: scanUpload.machine })
    : undefined;
  const rescanTasks = createRescanTasks(scope, { ...shared, results });
  const { FindCurrentObject, TagObject, QuarantineObject, CopyObject, DeleteObject, Notify } = uploadTasks;
  const rescanBucket = new RescanBucket(scope, 'RescanBucket', {
    tasks: { ...rescanTasks, FindCurrentObject, TagObject, QuarantineObject, CopyObject, DeleteObject, Notify },
    results,
    scanUpload: scanUpload.machine,
    records: { logRetentionDays, tracing },
  });
  const huntTasks = createHuntTasks(scope, { config, results });
  const huntBucket = new HuntBucket(scope, 'HuntBucket', {
    tasks: huntTasks,
    results,
    records: { logRetentionDays, tracing },
  });
  const { schedule } = config.report;
  const reports =
    schedule === null
      ? undefined
      : new Reports(scope, 'Reports', {
          ...{ config, schedule, dialectEnvironment, notifications, results },
          deadLetterQueue: undeliveredRescans,
        });
  const reportVersions = config.report.versions;
  const tasks = { ...uploadTasks, ...rescanTasks, ...huntTasks };
  const updates = new DefinitionsUpdates(scope, 'DefinitionsUpdates', {
    config,
    bucket: definitions,
    deadLetterQueue: failedUpdates,
  });
  const alarmsTopic = new AlarmsTopic(scope, 'AlarmsTopic', { key: notifications.key, email: config.alarmEmail });
  const buckets = watchBuckets(scope, {
    config,
    watched,
    tasks,
    listers: [
      { role: rescanTasks.PrepareRescan.role },
      { role: rescanBucket.machine.role },
      { role: huntTasks.PrepareHunt.role },
      { role: huntBucket.machine.role },
      // Looks again at malware.
      {
        role: rescanTasks.SummarizeRescan.role,
        versions: true,
        objectActions: ['s3:GetObjectTagging', 's3:GetObjectVersionTagging'],
      },
      ...(requests ? [{ role: requests.worker.role, versions: true }] : []),
      ...(reports
        ? [
            {
              role: reports.tasks.ReportObjects.role,
              versions: reportVersions,
              objectActions: [reportVersions ? 's3:GetObjectVersionTagging' : 's3:GetObjectTagging'],
            },
          ]
        : []),
    ],
    accessLogs,
    annotations,
    scanUpload,
    rescanBucket,
    undeliveredUploads,
    undeliveredRescans,
    reports,
    topic: alarmsTopic,
  });

  return {
    /** Of server access logs. */
    accessLogs,
    definitions,
    quarantine,
    results,
    notifications,
    /** By Task name. */
    tasks,
    scanQueues,
    scanUpload,
    overflow,
    /** Where applications ask for scans, if they may. */
    requests,
    rescanBucket,
    huntBucket,
    /** What reports on a schedule, if anything does. */
    reports,
    /** Called by its schedule, not by a state machine. */
    updateDefinitions: updates.task,
    updatesSchedule: updates.schedule,
    undeliveredUploads,
    undeliveredRescans,
    failedUpdates,
    ...buckets,
    alarmsTopic,
  };
}
