import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { dialectNamed } from '../../functions/domain/dialects/index.ts';
import type { ScanPolicy } from '../../functions/domain/policy.ts';
import type { WatchedBuckets } from '../../functions/domain/rescan/watched-buckets.ts';
import type { AirlockConfig } from '../config.ts';
import { AlarmsTopic } from '../constructs/alarms-topic.ts';
import { Dashboard } from '../constructs/dashboard.ts';
import { DefinitionsAlarms } from '../constructs/definitions-alarms.ts';
import { DefinitionsBucket } from '../constructs/definitions-bucket.ts';
import { DefinitionsUpdates } from '../constructs/definitions-updates.ts';
import { Notifications } from '../constructs/notifications.ts';
import type { PipelineFunction } from '../constructs/pipeline-function.ts';
import { accessLogsBucket } from '../constructs/private-bucket.ts';
import { QuarantineBucket } from '../constructs/quarantine-bucket.ts';
import { RescanAlarms, type RescannedBucket } from '../constructs/rescan-alarms.ts';
import { RescanBucket } from '../constructs/rescan-bucket.ts';
import { RescanResults } from '../constructs/rescan-results.ts';
import { RescanSchedule } from '../constructs/rescan-schedule.ts';
import { ScanUpload } from '../constructs/scan-upload.ts';
import { ScannerAlarms } from '../constructs/scanner-alarms.ts';
import { ScannerFunction } from '../constructs/scanner-function.ts';
import { TaskFunction } from '../constructs/task-function.ts';
import { UploadAlarms } from '../constructs/upload-alarms.ts';
import { UploadRule } from '../constructs/upload-rule.ts';
import { WatchedBucket } from '../constructs/watched-bucket.ts';
import { createRescanTasks } from '../rescan-tasks.ts';

export interface AirlockStackProps extends StackProps {
  readonly config: AirlockConfig;
}

const READ = ['s3:GetObject', 's3:GetObjectVersion'];
const TAG = [
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
  // An object left without any tag: S3 has another call for that. A version always keeps its verdict.
  's3:DeleteObjectTagging',
];

const UNDELIVERED = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
} as const;

function dialectEnvironmentOf({ dialect, tagKey }: AirlockConfig): Record<string, string> {
  return { DIALECT: dialect, ...(tagKey !== undefined && { DIALECT_TAG_KEY: tagKey }) };
}

/** Tasks that a bucket's `onInfected` never comes to: there they get no rights. */
const NOT_NEEDED: Readonly<Record<ScanPolicy['onInfected'], readonly string[]>> = {
  tag: ['QuarantineObject', 'DeleteObject'],
  quarantine: [],
  delete: ['QuarantineObject'],
};

/** The whole airlock: buckets, the pipeline their uploads go through, and who is told. */
export class AirlockStack extends Stack {
  readonly scanUpload: ScanUpload;
  readonly rescanBucket: RescanBucket;
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  /** Called by its schedule, by no state machine. */
  readonly updateDefinitions: PipelineFunction;
  readonly deadLetterQueue: Queue;
  readonly undeliveredRescans: Queue;
  readonly failedUpdates: Queue;

  constructor(scope: Construct, id: string, { config, ...props }: AirlockStackProps) {
    super(scope, id, { description: 'Keeps malware out of S3 buckets: s3-airlock', ...props });
    const accessLogs = accessLogsBucket(this, 'AccessLogs', config.logRetentionDays);
    const definitions = new DefinitionsBucket(this, 'Definitions', { accessLogs });
    const quarantine = new QuarantineBucket(this, 'Quarantine', { config: config.quarantine, accessLogs });
    const notifications = new Notifications(this, 'Notifications');

    const uploadTasks = this.createTasks(config, definitions, quarantine, notifications);
    const { workflow, logRetentionDays } = config;
    this.scanUpload = new ScanUpload(this, 'ScanUpload', { workflow, tasks: uploadTasks, logRetentionDays });

    const results = new RescanResults(this, 'RescanResults', { accessLogs, retentionDays: logRetentionDays });
    const dialectEnvironment = dialectEnvironmentOf(config);
    const rescanTasks = createRescanTasks(this, { config, dialectEnvironment, definitions, notifications, results });
    const { TagObject, QuarantineObject, DeleteObject, Notify } = uploadTasks;
    this.rescanBucket = new RescanBucket(this, 'RescanBucket', {
      tasks: { ...rescanTasks, TagObject, QuarantineObject, DeleteObject, Notify },
      results,
      logRetentionDays,
    });
    this.tasks = { ...uploadTasks, ...rescanTasks };

    this.deadLetterQueue = new Queue(this, 'UndeliveredUploads', UNDELIVERED);
    this.undeliveredRescans = new Queue(this, 'UndeliveredRescans', UNDELIVERED);
    this.failedUpdates = new Queue(this, 'FailedUpdates', UNDELIVERED);
    this.updateDefinitions = new DefinitionsUpdates(this, 'DefinitionsUpdates', {
      config,
      bucket: definitions,
      deadLetterQueue: this.failedUpdates,
    }).task;
    const rescanned: Record<string, RescannedBucket> = {};
    const watchedBuckets: WatchedBuckets = [];
    const rules: Record<string, Rule> = {};
    for (const bucketConfig of config.buckets) {
      // From the name, not the place in the list: another bucket before it must not replace this one.
      const word = `${bucketConfig.name ?? 'uploads'}`;
      const onInfected = bucketConfig.onInfected ?? config.onInfected;
      const pipeline = Object.entries(this.tasks)
        .filter(([task]) => !NOT_NEEDED[onInfected].includes(task))
        .map(([, task]) => task);
      const { kmsKeyArns } = config;
      const watched = new WatchedBucket(this, `WatchedBucket-${word}`, {
        config: bucketConfig,
        pipeline,
        dialect: dialectNamed(config.dialect, config.tagKey),
        accessLogs,
        kmsKeyArns,
        logRetentionDays,
      });
      const { maxObjectBytes, allowedTypes } = config;
      rules[word] = new UploadRule(watched, 'UploadRule', {
        bucketName: watched.bucket.bucketName,
        filters: bucketConfig,
        policy: { maxObjectBytes, allowedTypes, onInfected },
        stateMachine: this.scanUpload.machine,
        deadLetterQueue: this.deadLetterQueue,
      }).rule;
      const { bucketName } = watched.bucket;
      const { rescan } = bucketConfig;
      for (const role of [rescanTasks.PrepareRescan.role, this.rescanBucket.machine.role]) watched.letList(role);
      if (rescan.schedule !== null) {
        new RescanSchedule(watched, 'RescanSchedule', {
          bucketName,
          config: { ...rescan, schedule: rescan.schedule },
          stateMachine: this.rescanBucket.machine,
          deadLetterQueue: this.undeliveredRescans,
        });
      }
      const lateAfterDays = rescan.schedule === null ? null : rescan.lateAfterDays;
      rescanned[word] = { name: bucketName, lateAfterDays };
      const { prefixes, suffixes } = bucketConfig;
      const filtered = prefixes.length + suffixes.length > 0;
      watchedBuckets.push({ bucket: bucketName, onInfected, ...(filtered && { filters: { prefixes, suffixes } }) });
      new CfnOutput(this, `BucketName-${word}`, { value: watched.bucket.bucketName });
    }

    rescanTasks.PrepareRescan.addEnvironment('WATCHED_BUCKETS', this.toJsonString(watchedBuckets));
    const topic = new AlarmsTopic(this, 'AlarmsTopic', { key: notifications.key, email: config.alarmEmail });
    const scanners = { ScanObject: uploadTasks.ScanObject, ScanBatch: rescanTasks.ScanBatch };
    const alarms = [
      new UploadAlarms(this, 'UploadAlarms', {
        topic,
        stateMachine: this.scanUpload.machine,
        rules,
        deadLetterQueue: this.deadLetterQueue,
        notifications: notifications.topic,
      }),
      new ScannerAlarms(this, 'ScannerAlarms', { topic, scanners }),
      new RescanAlarms(this, 'RescanAlarms', {
        topic,
        stateMachine: this.rescanBucket.machine,
        deadLetterQueue: this.undeliveredRescans,
        buckets: rescanned,
      }),
      new DefinitionsAlarms(this, 'DefinitionsAlarms', {
        topic,
        deadLetterQueue: this.failedUpdates,
        updateHours: config.definitions.updateHours,
        official: config.definitions.mirror !== null,
      }),
    ].flatMap((set) => set.alarms);
    new Dashboard(this, 'Dashboard', {
      stateMachines: { uploads: this.scanUpload.machine, rescans: this.rescanBucket.machine },
      scanners,
      deadLetterQueues: {
        uploads: this.deadLetterQueue,
        rescans: this.undeliveredRescans,
        'signature updates': this.failedUpdates,
      },
      buckets: Object.values(rescanned).map(({ name }) => name),
      alarms,
    });
    new CfnOutput(this, 'UndeliveredUploadsUrl', { value: this.deadLetterQueue.queueUrl });
    new CfnOutput(this, 'UndeliveredRescansUrl', { value: this.undeliveredRescans.queueUrl });
    new CfnOutput(this, 'FailedUpdatesUrl', { value: this.failedUpdates.queueUrl });
    new CfnOutput(this, 'UpdateDefinitionsName', { value: this.updateDefinitions.functionName });
    new CfnOutput(this, 'RescanBucketArn', { value: this.rescanBucket.machine.stateMachineArn });
    new CfnOutput(this, 'ScanUploadArn', { value: this.scanUpload.machine.stateMachineArn });
    new CfnOutput(this, 'NotificationsTopicArn', { value: notifications.topic.topicArn });
    new CfnOutput(this, 'AlarmsTopicArn', { value: topic.topicArn });
    new CfnOutput(this, 'DefinitionsBucketName', { value: definitions.bucketName });
    new CfnOutput(this, 'QuarantineBucketName', { value: quarantine.bucketName });
  }

  private createTasks(
    config: AirlockConfig,
    definitions: DefinitionsBucket,
    quarantine: QuarantineBucket,
    notifications: Notifications,
  ) {
    const { engine, maxObjectBytes, logRetentionDays, notify } = config;
    const dialectEnvironment = dialectEnvironmentOf(config);
    const node = { readsContent: false, memoryMb: 256, environment: {}, logRetentionDays };

    const tasks = {
      CheckFileType: new TaskFunction(this, 'CheckFileType', {
        ...node,
        memoryMb: 512,
        objectActions: READ,
        readsContent: true,
      }),
      ScanObject: new ScannerFunction(this, 'ScanObject', {
        ...engine,
        timeoutSeconds: engine.timeoutSeconds,
        objectActions: READ,
        readsContent: true,
        logRetentionDays,
        environment: {
          MAX_OBJECT_BYTES: String(maxObjectBytes),
          // The last third is for the download; clamd answers "limits exceeded" instead of running into the timeout.
          MAX_SCAN_MILLISECONDS: String(Math.floor((engine.timeoutSeconds * 1000 * 2) / 3)),
          DEFINITIONS_BUCKET: definitions.bucketName,
        },
      }),
      TagObject: new TaskFunction(this, 'TagObject', {
        ...node,
        objectActions: ['s3:GetObject', ...TAG],
        environment: dialectEnvironment,
      }),
      QuarantineObject: new TaskFunction(this, 'QuarantineObject', {
        ...node,
        objectActions: [...READ, 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
        readsContent: true,
        // S3 answers a CopyObject when it is done: 2 GiB.
        timeoutSeconds: 240,
        environment: { QUARANTINE_BUCKET: quarantine.bucketName },
      }),
      DeleteObject: new TaskFunction(this, 'DeleteObject', {
        ...node,
        // Reading too: an If-Match tells of content, and S3 asks for the right to read it.
        objectActions: [...READ, 's3:DeleteObject', 's3:DeleteObjectVersion'],
        bucketActions: ['s3:GetBucketVersioning'],
      }),
      FindCurrentObject: new TaskFunction(this, 'FindCurrentObject', { ...node, objectActions: ['s3:GetObject'] }),
      Notify: new TaskFunction(this, 'Notify', {
        ...node,
        objectActions: [],
        environment: {
          ...dialectEnvironment,
          ...notifications.environment,
          NOTIFY_SNS: notify.sns.join(','),
          NOTIFY_EVENTS: notify.events.join(','),
        },
      }),
    };
    definitions.letRead(tasks.ScanObject);
    quarantine.letIn(tasks.QuarantineObject);
    notifications.letTell(tasks.Notify);
    return tasks;
  }
}
