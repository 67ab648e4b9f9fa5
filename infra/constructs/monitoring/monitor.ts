import type { Construct } from 'constructs';
import type { AirlockConfig } from '../../config/schema.ts';
import type { AirlockParts } from '../airlock-parts.ts';
import { Dashboard } from './dashboard.ts';
import { DefinitionsAlarms } from './definitions-alarms.ts';
import { ReportAlarms } from './report-alarms.ts';
import { RescanAlarms } from './rescan-alarms.ts';
import { ScannerAlarms } from './scanner-alarms.ts';
import { UploadAlarms } from './upload-alarms.ts';

/**
 * The alarms of an airlock, and the dashboard.
 * @returns all alarms, those of the buckets too
 */
export function monitor(scope: Construct, { definitions }: Pick<AirlockConfig, 'definitions'>, parts: AirlockParts) {
  const {
    scanUpload,
    overflow,
    requests,
    rescanBucket,
    reports,
    scanQueues,
    tasks,
    notifications,
    alarmsTopic: topic,
  } = parts;
  const { ScanObject, ScanWaitingObject, ScanLargeObject, ScanBatch } = tasks;
  const scanners = { ScanObject, ...(ScanWaitingObject && { ScanWaitingObject }), ScanLargeObject, ScanBatch };
  const alarms = [
    new UploadAlarms(scope, 'UploadAlarms', {
      topic,
      stateMachines: { Scans: scanUpload.machine, ...(overflow && { Overflows: overflow.machine.machine }) },
      queues: scanQueues,
      ...(overflow && { overflow: overflow.queue }),
      deadLetterQueue: parts.undeliveredUploads,
      ...(requests && { requests }),
      notifications: notifications.topic,
    }),
    new ScannerAlarms(scope, 'ScannerAlarms', { topic, scanners }),
    new RescanAlarms(scope, 'RescanAlarms', {
      topic,
      stateMachine: rescanBucket.machine,
      deadLetterQueue: parts.undeliveredRescans,
    }),
    ...(reports
      ? [new ReportAlarms(scope, 'ReportAlarms', { topic, stateMachine: reports.reportBuckets.machine })]
      : []),
    new DefinitionsAlarms(scope, 'DefinitionsAlarms', {
      topic,
      deadLetterQueue: parts.failedUpdates,
      updateHours: definitions.updateHours,
      official: definitions.mirror !== null,
    }),
  ].flatMap((set) => set.alarms);
  new Dashboard(scope, 'Dashboard', {
    stateMachines: {
      uploads: scanUpload.machine,
      ...(overflow && { overflow: overflow.machine.machine }),
      rescans: rescanBucket.machine,
      ...(reports && { reports: reports.reportBuckets.machine }),
    },
    queues: {
      scans: scanQueues.scanObject,
      'large scans': scanQueues.scanLargeObject,
      ...(overflow && { overflow: overflow.queue }),
      ...(requests && { requests: requests.queue }),
    },
    scanners,
    deadLetterQueues: {
      uploads: parts.undeliveredUploads,
      ...(requests && { requests: requests.refused }),
      'abandoned scans': scanQueues.abandoned,
      rescans: parts.undeliveredRescans,
      'definitions updates': parts.failedUpdates,
    },
    buckets: parts.bucketNames,
    alarms: [...alarms, ...parts.alarms],
  });
  return [...alarms, ...parts.alarms];
}
