import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type CfnSchedule,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { AirlockConfig } from '../config/schema.ts';
import type { DefinitionsBucket } from './buckets/definitions-bucket.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { ScannerFunction } from './functions/scanner-function.ts';
import { afterItsRole } from './state-machines/after-its-role.ts';
import { roleArnOf } from './state-machines/role-of-schedule.ts';

export interface DefinitionsUpdatesProps {
  readonly config: Pick<AirlockConfig, 'definitions' | 'engine' | 'maxObjectBytes' | 'logRetentionDays'>;
  readonly bucket: DefinitionsBucket;
  /** Receives updates that could not be started or failed for good. */
  readonly deadLetterQueue: DeadLetterQueue;
}

/** Two sets, and what freshclam unpacks from them while it tests them. */
const WORK_MB = 4096;
const TIMEOUT_SECONDS = 900;

/** Updates the definitions on a schedule. */
export class DefinitionsUpdates extends Construct {
  readonly task: ScannerFunction;
  readonly schedule: CfnSchedule;

  constructor(scope: Construct, id: string, { config, bucket, deadLetterQueue }: DefinitionsUpdatesProps) {
    super(scope, id);
    const { definitions, engine, maxObjectBytes, logRetentionDays } = config;
    const { mirror, customUrls, allowInsecureMirror, allowLists, updateHours } = definitions;
    this.task = new ScannerFunction(scope, 'UpdateDefinitions', {
      memoryMb: engine.memoryMb,
      architecture: engine.architecture,
      ephemeralStorageMb: WORK_MB,
      timeoutSeconds: TIMEOUT_SECONDS,
      reservedConcurrency: null,
      objectActions: [],
      readsContent: false,
      logRetentionDays,
      environment: {
        MAX_OBJECT_BYTES: String(maxObjectBytes),
        DEFINITIONS_BUCKET: bucket.bucketName,
        ...(mirror !== undefined && { DEFINITIONS_MIRROR: mirror ?? 'none' }),
        ...(customUrls.length > 0 && { DEFINITIONS_CUSTOM_URLS: customUrls.join(' ') }),
        ...(allowInsecureMirror && { DEFINITIONS_ALLOW_INSECURE_MIRROR: 'true' }),
        ...(allowLists.length > 0 && { DEFINITIONS_ALLOW_LISTS: allowLists.join(' ') }),
      },
    });
    bucket.grantPublish(this.task);
    // CDK's own destination grants more than Lambda needs.
    this.task.role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }),
    );
    // One retry, a minute later: the mirror would block more.
    this.task.configureAsyncInvoke({
      retryAttempts: 1,
      maxEventAge: Duration.hours(1),
      onFailure: { bind: () => ({ destination: deadLetterQueue.queueArn }) },
    });
    const schedule = new Schedule(this, 'Schedule', {
      description: 'Updates the definitions',
      // Without a start date it runs at once: the first definitions arrive right after the first deployment.
      schedule: ScheduleExpression.rate(Duration.hours(updateHours)),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(this.task, {
        input: ScheduleTargetInput.fromObject({}),
        deadLetterQueue,
        maxEventAge: Duration.hours(1),
        retryAttempts: 10,
      }),
    });
    afterItsRole(schedule, this.task, this.task.role, bucket);
    // The function's role sends what Lambda has given up.
    deadLetterQueue.admitOnly({ roleArns: [roleArnOf(schedule), this.task.role.roleArn] });
    this.schedule = schedule.node.defaultChild as CfnSchedule;
  }
}
