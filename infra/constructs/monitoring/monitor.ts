import type { Construct } from 'constructs';
import type { AirlockConfig } from '../../config/schema.ts';
import type { AirlockParts } from '../airlock-parts.ts';
import { AlarmsTopic } from './alarms-topic.ts';
import { Dashboard } from './dashboard.ts';
import { DefinitionsAlarms } from './definitions-alarms.ts';
import { RescanAlarms } from './rescan-alarms.ts';
import { ScannerAlarms } from './scanner-alarms.ts';
import { UploadAlarms } from './upload-alarms.ts';

/** The alarms of an airlock, the topic that they notify, and the dashboard. */
export function monitor(scope: Construct, { alarmEmail, definitions }: AirlockConfig, parts: AirlockParts) {
  const { scanUpload, overflow, rescanBucket, scanQueues, tasks, notifications } = parts;
  const topic = new AlarmsTopic(scope, 'AlarmsTopic', { key: notifications.key, email: alarmEmail });
  const { ScanObject, ScanWaitingObject, ScanLargeObject, ScanBatch } = tasks;
  const scanners = { ScanObject, ...(ScanWaitingObject && { ScanWaitingObject }), ScanLargeObject, ScanBatch };
  const alarms = [
    new UploadAlarms(scope, 'UploadAlarms', {
      topic,
      stateMachines: { Scans: scanUpload.machine, ...(overflow && { Overflows: overflow.machine.machine }) },
      queues: scanQueues,
      ...(overflow && { overflow: overflow.queue }),
      rules: parts.rules,
      deadLetterQueue: parts.undeliveredUploads,
      notifications: notifications.topic,
    }),
    new ScannerAlarms(scope, 'ScannerAlarms', { topic, scanners }),
    new RescanAlarms(scope, 'RescanAlarms', {
      topic,
      stateMachine: rescanBucket.machine,
      deadLetterQueue: parts.undeliveredRescans,
      buckets: parts.rescanned,
    }),
    new DefinitionsAlarms(scope, 'DefinitionsAlarms', {
      topic,
      deadLetterQueue: parts.failedUpdates,
      updateHours: definitions.updateHours,
      official: definitions.mirror !== null,
    }),
  ].flatMap((set) => set.alarms);
  const dashboard = new Dashboard(scope, 'Dashboard', {
    stateMachines: {
      uploads: scanUpload.machine,
      ...(overflow && { overflow: overflow.machine.machine }),
      rescans: rescanBucket.machine,
    },
    queues: {
      scans: scanQueues.scanObject,
      'large scans': scanQueues.scanLargeObject,
      ...(overflow && { overflow: overflow.queue }),
    },
    scanners,
    deadLetterQueues: {
      uploads: parts.undeliveredUploads,
      'abandoned scans': scanQueues.abandoned,
      rescans: parts.undeliveredRescans,
      'definitions updates': parts.failedUpdates,
    },
    buckets: Object.values(parts.rescanned).map(({ name }) => name),
    alarms,
  });
  return { topic, alarms, dashboard };
}
