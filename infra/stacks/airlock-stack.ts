import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { dialectNamed } from '../../functions/domain/dialects/index.ts';
import type { AirlockConfig } from '../config.ts';
import { Alarms } from '../constructs/alarms.ts';
import { DefinitionsBucket } from '../constructs/definitions-bucket.ts';
import { Notifications } from '../constructs/notifications.ts';
import type { PipelineFunction } from '../constructs/pipeline-function.ts';
import { accessLogsBucket } from '../constructs/private-bucket.ts';
import { ScanUpload } from '../constructs/scan-upload.ts';
import { ScannerFunction } from '../constructs/scanner-function.ts';
import { TaskFunction } from '../constructs/task-function.ts';
import { UploadRule } from '../constructs/upload-rule.ts';
import { WatchedBucket } from '../constructs/watched-bucket.ts';

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

/** The whole airlock: buckets, the pipeline their uploads go through, and who is told. */
export class AirlockStack extends Stack {
  readonly scanUpload: ScanUpload;
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { config, ...props }: AirlockStackProps) {
    super(scope, id, { description: 'Keeps malware out of S3 buckets: s3-airlock', ...props });
    const accessLogs = accessLogsBucket(this, 'AccessLogs', config.logRetentionDays);
    const definitions = new DefinitionsBucket(this, 'Definitions', { accessLogs });
    const notifications = new Notifications(this, 'Notifications');

    this.tasks = this.createTasks(config, definitions, notifications);
    const { workflow, logRetentionDays } = config;
    this.scanUpload = new ScanUpload(this, 'ScanUpload', { workflow, tasks: this.tasks, logRetentionDays });

    this.deadLetterQueue = new Queue(this, 'UndeliveredUploads', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const rules: Record<string, Rule> = {};
    for (const bucketConfig of config.buckets) {
      // From the name, not the place in the list: another bucket before it must not replace this one.
      const word = `${bucketConfig.name ?? 'uploads'}`;
      const pipeline = Object.values(this.tasks);
      const { kmsKeyArns } = config;
      const watched = new WatchedBucket(this, `WatchedBucket-${word}`, {
        config: bucketConfig,
        pipeline,
        dialect: dialectNamed(config.dialect, config.tagKey),
        accessLogs,
        kmsKeyArns,
        logRetentionDays,
      });
      const { maxObjectBytes, allowedTypes, onInfected } = { ...config, ...bucketConfig };
      rules[word] = new UploadRule(watched, 'UploadRule', {
        bucketName: watched.bucket.bucketName,
        filters: bucketConfig,
        policy: { maxObjectBytes, allowedTypes, onInfected: onInfected ?? config.onInfected },
        stateMachine: this.scanUpload.machine,
        deadLetterQueue: this.deadLetterQueue,
      }).rule;
      new CfnOutput(this, `BucketName-${word}`, { value: watched.bucket.bucketName });
    }

    const { deadLetterQueue } = this;
    const { key } = notifications;
    const stateMachine = this.scanUpload.machine;
    const alarms = new Alarms(this, 'Alarms', { stateMachine, rules, deadLetterQueue, key, email: config.alarmEmail });
    new CfnOutput(this, 'ScanUploadArn', { value: stateMachine.stateMachineArn });
    new CfnOutput(this, 'NotificationsTopicArn', { value: notifications.topic.topicArn });
    new CfnOutput(this, 'AlarmsTopicArn', { value: alarms.topic.topicArn });
    new CfnOutput(this, 'DefinitionsBucketName', { value: definitions.bucketName });
  }

  private createTasks(config: AirlockConfig, definitions: DefinitionsBucket, notifications: Notifications) {
    const { engine, maxObjectBytes, logRetentionDays, notify, dialect, tagKey } = config;
    const dialectEnvironment = { DIALECT: dialect, ...(tagKey !== undefined && { DIALECT_TAG_KEY: tagKey }) };
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
    notifications.letTell(tasks.Notify);
    return tasks;
  }
}
