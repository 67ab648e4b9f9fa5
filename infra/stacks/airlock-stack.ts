import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AirlockConfig } from '../config/schema.ts';
import { DefinitionsBucket } from '../constructs/buckets/definitions-bucket.ts';
import { accessLogsBucket } from '../constructs/buckets/private-bucket.ts';
import { QuarantineBucket } from '../constructs/buckets/quarantine-bucket.ts';
import { RescanResults } from '../constructs/buckets/rescan-results.ts';
import { watchBuckets } from '../constructs/buckets/watch-buckets.ts';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { DefinitionsUpdates } from '../constructs/definitions-updates.ts';
import type { PipelineFunction } from '../constructs/functions/pipeline-function.ts';
import { createRescanTasks } from '../constructs/functions/rescan-tasks.ts';
import { createUploadTasks } from '../constructs/functions/upload-tasks.ts';
import { Guard } from '../constructs/guard.ts';
import { AlarmsTopic } from '../constructs/monitoring/alarms-topic.ts';
import { Dashboard } from '../constructs/monitoring/dashboard.ts';
import { DefinitionsAlarms } from '../constructs/monitoring/definitions-alarms.ts';
import { RescanAlarms } from '../constructs/monitoring/rescan-alarms.ts';
import { ScannerAlarms } from '../constructs/monitoring/scanner-alarms.ts';
import { UploadAlarms } from '../constructs/monitoring/upload-alarms.ts';
import { Notifications } from '../constructs/notifications.ts';
import { OverflowQueue } from '../constructs/overflow-queue.ts';
import { ScanQueues } from '../constructs/scan-queues.ts';
import { RescanBucket } from '../constructs/state-machines/rescan-bucket.ts';
import { ScanUpload, ScanUploadExpress } from '../constructs/state-machines/scan-upload.ts';
import { schedulesLast } from '../constructs/state-machines/schedules-last.ts';
import { refuseOverLimits } from '../limits/check-limits.ts';

export interface AirlockStackProps extends StackProps {
  readonly config: AirlockConfig;
}

/** The whole airlock: buckets, the pipeline for their uploads, and notifications. */
export class AirlockStack extends Stack {
  readonly scanUpload: ScanUpload | ScanUploadExpress;
  /** Of workflow EXPRESS: takes what finds no engine at once. */
  readonly overflow: ScanUpload | undefined;
  readonly overflowQueue: OverflowQueue | undefined;
  readonly scanQueues: ScanQueues;
  readonly rescanBucket: RescanBucket;
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  /** Called by its schedule, not by a state machine. */
  readonly updateDefinitions: PipelineFunction;
  readonly deadLetterQueue: DeadLetterQueue;
  readonly undeliveredRescans: DeadLetterQueue;
  readonly failedUpdates: DeadLetterQueue;

  constructor(scope: Construct, id: string, { config, ...props }: AirlockStackProps) {
    const { stackName } = config;
    super(scope, id, { stackName, description: 'Keeps malware out of S3 buckets: s3-airlock', ...props });
    const { logRetentionDays, dialect, tagKey } = config;
    const accessLogs = accessLogsBucket(this, 'AccessLogs', logRetentionDays);
    const definitions = new DefinitionsBucket(this, 'Definitions', { accessLogs });
    const quarantine = new QuarantineBucket(this, 'Quarantine', { config: config.quarantine, accessLogs });
    const notifications = new Notifications(this, 'Notifications');
    const results = new RescanResults(this, 'RescanResults', { accessLogs, retentionDays: logRetentionDays });
    this.deadLetterQueue = new DeadLetterQueue(this, 'UndeliveredUploads');
    this.undeliveredRescans = new DeadLetterQueue(this, 'UndeliveredRescans');
    this.failedUpdates = new DeadLetterQueue(this, 'FailedUpdates');

    const dialectEnvironment = { DIALECT: dialect, ...(tagKey !== undefined && { DIALECT_TAG_KEY: tagKey }) };
    const shared = { config, dialectEnvironment, definitions, notifications };
    const uploadTasks = createUploadTasks(this, { ...shared, quarantine });
    const { ScanObject, ScanLargeObject, FailAbandonedScan, StartOverflow, ...called } = uploadTasks;
    const workers = { ScanObject, ScanLargeObject, FailAbandonedScan };
    this.scanQueues = new ScanQueues(this, 'ScanQueues', { config, workers });
    const waiting = { tasks: called, queues: this.scanQueues, logRetentionDays };
    if (StartOverflow !== undefined) {
      this.overflow = new ScanUpload(this, 'ScanOverflow', waiting);
      const overflow = new OverflowQueue(this, 'StartOverflowQueue', {
        worker: StartOverflow,
        overflow: this.overflow.machine,
        undelivered: this.deadLetterQueue,
      });
      this.overflowQueue = overflow;
      const tasks = { ...called, ScanObject };
      this.scanUpload = new ScanUploadExpress(this, 'ScanUpload', { tasks, overflow, logRetentionDays });
    } else {
      this.scanUpload = new ScanUpload(this, 'ScanUpload', waiting);
    }

    const rescanTasks = createRescanTasks(this, { ...shared, results });
    const { FindCurrentObject, TagObject, QuarantineObject, DeleteObject, Notify } = uploadTasks;
    this.rescanBucket = new RescanBucket(this, 'RescanBucket', {
      tasks: { ...rescanTasks, FindCurrentObject, TagObject, QuarantineObject, DeleteObject, Notify },
      results,
      scanUpload: this.scanUpload.machine,
      logRetentionDays,
    });
    this.tasks = { ...uploadTasks, ...rescanTasks };
    const updates = new DefinitionsUpdates(this, 'DefinitionsUpdates', {
      config,
      bucket: definitions,
      deadLetterQueue: this.failedUpdates,
    });
    this.updateDefinitions = updates.task;

    const topic = new AlarmsTopic(this, 'AlarmsTopic', { key: notifications.key, email: config.alarmEmail });
    const watched = watchBuckets(this, {
      config,
      tasks: this.tasks,
      listers: [rescanTasks.PrepareRescan.role, this.rescanBucket.machine.role],
      accessLogs,
      scanUpload: this.scanUpload,
      rescanBucket: this.rescanBucket,
      undeliveredUploads: this.deadLetterQueue,
      undeliveredRescans: this.undeliveredRescans,
      topic,
    });

    new Guard(this, 'Guard', {
      tasks: this.tasks,
      stateMachines: [this.scanUpload, this.overflow, this.rescanBucket].flatMap((each) => each?.machine ?? []),
      waiting: [(this.overflow ?? this.scanUpload).machine],
      queues: [this.deadLetterQueue, this.undeliveredRescans, this.failedUpdates].concat(this.overflowQueue ?? []),
      notifications,
    });

    const scanners = { ScanObject, ScanLargeObject, ScanBatch: rescanTasks.ScanBatch };
    const alarms = [
      new UploadAlarms(this, 'UploadAlarms', {
        topic,
        stateMachines: { Scans: this.scanUpload.machine, ...(this.overflow && { Overflows: this.overflow.machine }) },
        queues: this.scanQueues,
        ...(this.overflowQueue && { overflow: this.overflowQueue }),
        deadLetterQueue: this.deadLetterQueue,
        notifications: notifications.topic,
      }),
      new ScannerAlarms(this, 'ScannerAlarms', { topic, scanners }),
      new RescanAlarms(this, 'RescanAlarms', {
        topic,
        stateMachine: this.rescanBucket.machine,
        deadLetterQueue: this.undeliveredRescans,
      }),
      new DefinitionsAlarms(this, 'DefinitionsAlarms', {
        topic,
        deadLetterQueue: this.failedUpdates,
        updateHours: config.definitions.updateHours,
        official: config.definitions.mirror !== null,
      }),
    ].flatMap((set) => set.alarms);
    new Dashboard(this, 'Dashboard', {
      stateMachines: {
        uploads: this.scanUpload.machine,
        ...(this.overflow && { overflow: this.overflow.machine }),
        rescans: this.rescanBucket.machine,
      },
      queues: {
        scans: this.scanQueues.scanObject,
        'large scans': this.scanQueues.scanLargeObject,
        ...(this.overflowQueue && { overflow: this.overflowQueue }),
      },
      scanners,
      deadLetterQueues: {
        uploads: this.deadLetterQueue,
        'abandoned scans': this.scanQueues.abandoned,
        rescans: this.undeliveredRescans,
        'definitions updates': this.failedUpdates,
      },
      buckets: watched.bucketNames,
      alarms: [...alarms, ...watched.alarms],
    });
    schedulesLast(this, updates.schedule);
    refuseOverLimits(this);
    new CfnOutput(this, 'UndeliveredUploadsUrl', { value: this.deadLetterQueue.queueUrl });
    new CfnOutput(this, 'UndeliveredRescansUrl', { value: this.undeliveredRescans.queueUrl });
    new CfnOutput(this, 'ScanObjectQueueUrl', { value: this.scanQueues.scanObject.queueUrl });
    new CfnOutput(this, 'ScanLargeObjectQueueUrl', { value: this.scanQueues.scanLargeObject.queueUrl });
    new CfnOutput(this, 'AbandonedScansUrl', { value: this.scanQueues.abandoned.queueUrl });
    if (this.overflow !== undefined) {
      new CfnOutput(this, 'OverflowArn', { value: this.overflow.machine.stateMachineArn });
      new CfnOutput(this, 'StartOverflowQueueUrl', { value: this.overflowQueue?.queueUrl ?? '' });
    }
    new CfnOutput(this, 'FailedUpdatesUrl', { value: this.failedUpdates.queueUrl });
    new CfnOutput(this, 'UpdateDefinitionsName', { value: this.updateDefinitions.functionName });
    new CfnOutput(this, 'RescanBucketArn', { value: this.rescanBucket.machine.stateMachineArn });
    new CfnOutput(this, 'ScanUploadArn', { value: this.scanUpload.machine.stateMachineArn });
    new CfnOutput(this, 'NotificationsTopicArn', { value: notifications.topic.topicArn });
    new CfnOutput(this, 'AlarmsTopicArn', { value: topic.topicArn });
    new CfnOutput(this, 'DefinitionsBucketName', { value: definitions.bucketName });
    new CfnOutput(this, 'QuarantineBucketName', { value: quarantine.bucketName });
    new CfnOutput(this, 'RescanResultsBucketName', { value: results.bucketName });
    new CfnOutput(this, 'AccessLogsBucketName', { value: accessLogs.bucketName });
  }
}
