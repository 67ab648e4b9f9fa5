import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Rule } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { DeployedStarts } from '../../../functions/domain/deployed-starts.ts';
import type { WatchedBuckets as RescanSettings } from '../../../functions/domain/rescan/watched-buckets.ts';
import type { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import { firstWindowDays } from '../../config/schedule.ts';
import type { AirlockConfig } from '../../config/schema.ts';
import type { Watched } from '../airlock-props.ts';
import type { DeadLetterQueue } from '../dead-letter-queue.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import type { RescannedBucket } from '../monitoring/rescan-alarms.ts';
import type { RescanBucket } from '../state-machines/rescan-bucket.ts';
import { RescanSchedule } from '../state-machines/rescan-schedule.ts';
import { roleArnOf } from '../state-machines/role-of-schedule.ts';
import type { ScanUpload } from '../state-machines/scan-upload.ts';
import { UploadRule } from '../state-machines/upload-rule.ts';
import type { S3Annotations } from './s3-annotations.ts';
import { WatchedBucket } from './watched-bucket.ts';

export interface WatchBucketsProps {
  readonly config: AirlockConfig;
  readonly watched: readonly Watched[];
  /** Every function that works on objects, by Task name. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  /** Roles that also list a bucket. */
  readonly listers: readonly IRole[];
  readonly accessLogs: IBucket;
  readonly annotations: S3Annotations;
  readonly scanUpload: ScanUpload;
  readonly rescanBucket: RescanBucket;
  readonly undeliveredUploads: DeadLetterQueue;
  readonly undeliveredRescans: DeadLetterQueue;
}

/** By bucket word. */
export interface WatchedBuckets {
  readonly buckets: Readonly<Record<string, WatchedBucket>>;
  readonly rules: Readonly<Record<string, Rule>>;
  readonly rescanned: Readonly<Record<string, RescannedBucket>>;
  /** What a rescan needs to know about them. */
  readonly watched: RescanSettings;
}

/** Tasks that a bucket's `onInfected` never uses: they get no permissions there. */
const NOT_NEEDED: Readonly<Record<ScanPolicy['onInfected'], readonly string[]>> = {
  tag: ['QuarantineObject', 'DeleteObject'],
  quarantine: [],
  delete: ['QuarantineObject'],
};

/** Each configured bucket with its gate, its upload rule and its rescan schedule. */
export function watchBuckets(scope: Construct, props: WatchBucketsProps): WatchedBuckets {
  const { config } = props;
  const rules: Record<string, Rule> = {};
  const rescanned: Record<string, RescannedBucket> = {};
  const watched: RescanSettings = [];
  const buckets: Record<string, WatchedBucket> = {};
  const schedulers = new Set<string>();
  const queueOfRules = props.undeliveredUploads.withoutItsPolicy(scope, 'UndeliveredUploadsOfRules');
  for (const { config: bucketConfig, word, given } of props.watched) {
    const onInfected = bucketConfig.onInfected ?? config.onInfected;
    const { kmsKeyArns, logRetentionDays, maxObjectBytes, allowedTypes, inertTypes, xmlStylesheets, activeContent } =
      config;
    const watchedBucket = new WatchedBucket(scope, `WatchedBucket-${word}`, {
      config: bucketConfig,
      ...(given !== undefined && { given }),
      pipeline: Object.entries(props.tasks)
        .filter(([task]) => !NOT_NEEDED[onInfected].includes(task))
        .map(([, task]) => task),
      dialect: config.dialect,
      ...(config.tagKey !== undefined && { tagKey: config.tagKey }),
      accessLogs: props.accessLogs,
      annotations: props.annotations,
      kmsKeyArns,
      logRetentionDays,
    });
    buckets[word] = watchedBucket;
    const { bucketName } = watchedBucket.bucket;
    const { rule } = new UploadRule(watchedBucket, 'UploadRule', {
      bucketName,
      filters: bucketConfig,
      policy: {
        ...{ maxObjectBytes, allowedTypes, inertTypes, xmlStylesheets, activeContent, onInfected },
        maxWaitSeconds: config.engine.maxWaitHours * 3600,
      },
      stateMachine: props.scanUpload.machine,
      deadLetterQueue: queueOfRules,
    });
    rules[word] = rule;
    for (const role of props.listers) watchedBucket.grantList(role);
    const { rescan, prefixes, suffixes } = bucketConfig;
    const starts: DeployedStarts = { bucketName, uploadRuleArn: rule.ruleArn };
    if (rescan.schedule !== null) {
      const schedule = new RescanSchedule(watchedBucket, 'RescanSchedule', {
        bucketName,
        config: { ...rescan, schedule: rescan.schedule },
        stateMachine: props.rescanBucket.machine,
        deadLetterQueue: props.undeliveredRescans,
      });
      schedulers.add(roleArnOf(schedule));
      starts.rescanSchedule = { arn: schedule.scheduleArn, input: schedule.input };
    }
    new CfnOutput(watchedBucket, 'Starts', {
      description: 'For `airlock redrive`',
      value: Stack.of(scope).toJsonString(starts),
    });
    rescanned[word] = { name: bucketName, lateAfterDays: rescan.lateAfterDays };
    const filtered = prefixes.length + suffixes.length > 0;
    const firstDays = rescan.schedule === null ? 1 : firstWindowDays(rescan.schedule);
    watched.push({
      bucket: bucketName,
      onInfected,
      ...(filtered && { filters: { prefixes, suffixes } }),
      ...(firstDays > 1 && { firstWindowDays: firstDays }),
    });
    // The user chooses the other names.
    if (given === undefined && bucketConfig.name === undefined)
      new CfnOutput(scope, 'UploadsBucketName', { value: bucketName });
  }
  props.undeliveredUploads.admitOnly({ ruleArns: Object.values(rules).map(({ ruleArn }) => ruleArn) });
  props.undeliveredRescans.admitOnly({ roleArns: [...schedulers] });
  return { buckets, rules, rescanned, watched };
}
