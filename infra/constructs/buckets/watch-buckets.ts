import { Aws, CfnOutput } from 'aws-cdk-lib';
import { Alarm, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnRule } from 'aws-cdk-lib/aws-events';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { DEFAULT_AGE_STEPS } from '../../../functions/domain/rescan/age-steps.ts';
import type { WatchedBuckets as RescanSettings } from '../../../functions/domain/rescan/watched-buckets.ts';
import type { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import { firstWindowDays } from '../../config/schedule.ts';
import type { AirlockConfig } from '../../config/schema.ts';
import type { Watched } from '../airlock-props.ts';
import type { DeadLetterQueue } from '../dead-letter-queue.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { BucketAlarms } from '../monitoring/bucket-alarms.ts';
import type { Reports } from '../reports.ts';
import type { ReportedBucket } from '../state-machines/report-buckets.ts';
import type { RescanBucket } from '../state-machines/rescan-bucket.ts';
import { RescanSchedule } from '../state-machines/rescan-schedule.ts';
import type { ScanUpload } from '../state-machines/scan-upload.ts';
import { UploadRule } from '../state-machines/upload-rule.ts';
import { createDestinations } from './copy-destination.ts';
import { deployedOutput } from './deployed-output.ts';
import { groupOf } from './groups.ts';
import { NestedStacks } from './nested-stacks.ts';
import { ObjectAccess } from './object-access.ts';
import { PhysicalNames } from './physical-names.ts';
import { admitLogsOf } from './private-bucket.ts';
import type { S3Annotations } from './s3-annotations.ts';
import { WatchedBucket } from './watched-bucket.ts';

export interface WatchBucketsProps {
  readonly config: AirlockConfig;
  readonly watched: readonly Watched[];
  /** Every function that works on objects, by Task name. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  /** Roles that also list a bucket, with its versions or without, and what else they do there. */
  readonly listers: readonly {
    readonly role: IRole;
    readonly versions?: boolean;
    readonly objectActions?: readonly string[];
  }[];
  readonly accessLogs: IBucket;
  readonly annotations: S3Annotations;
  readonly scanUpload: ScanUpload;
  readonly rescanBucket: RescanBucket;
  readonly undeliveredUploads: DeadLetterQueue;
  readonly undeliveredRescans: DeadLetterQueue;
  /** If there are any. */
  readonly reports: Reports | undefined;
  /** Of the alarms. */
  readonly topic: ITopic;
}

export interface WatchedBuckets {
  readonly buckets: readonly WatchedBucket[];
  readonly bucketNames: readonly string[];
  /** Those that exist once for each bucket. */
  readonly alarms: readonly IAlarm[];
}

/** Tasks that a bucket's `onInfected` never uses: they get no permissions there. Nor does Copy Object without `onClean`. */
const NOT_NEEDED: Readonly<Record<ScanPolicy['onInfected'], readonly string[]>> = {
  tag: ['QuarantineObject', 'DeleteObject'],
  quarantine: [],
  delete: ['QuarantineObject'],
};

/** Each configured bucket with its gate, its upload rule, its rescan schedule and its alarms. */
export function watchBuckets(scope: Construct, props: WatchBucketsProps): WatchedBuckets {
  const { config, accessLogs } = props;
  const names = new PhysicalNames(scope);
  const nested = new NestedStacks(scope);
  const access = new ObjectAccess();
  const { CopyObject: writer } = props.tasks;
  const destinations = createDestinations(scope, {
    config,
    accessLogs,
    annotations: props.annotations,
    writer,
    nested,
  });
  const scheduler = schedulerRole(scope, config);
  const deadLetterQueue = props.undeliveredUploads.withoutItsPolicy(scope, 'UndeliveredUploadsOfRules');
  const buckets: WatchedBucket[] = [];
  const watched: RescanSettings = [];
  const reported: ReportedBucket[] = [];
  const alarms: IAlarm[] = [];
  const rules: { readonly rule: CfnRule; readonly watch: Construct }[] = [];
  for (const { config: bucketConfig, word, given } of props.watched) {
    const onInfected = bucketConfig.onInfected ?? config.onInfected;
    const { kmsKeyArns, logRetentionDays, maxObjectBytes, allowedTypes, inertTypes, xmlStylesheets, activeContent } =
      config;
    const { onClean } = bucketConfig;
    const trusted = bucketConfig.trusted.map(({ prefix }) => prefix);
    const watch = nested.of(groupOf(word));
    const bucket = new WatchedBucket(scope, `${BUCKET}${word}`, {
      config: bucketConfig,
      ...(given !== undefined && { given }),
      word,
      nested: watch,
      access,
      pipeline: Object.entries(props.tasks)
        .filter(([task]) => !NOT_NEEDED[onInfected].includes(task))
        .filter(([task]) => task !== 'CopyObject' || onClean !== undefined)
        .map(([, task]) => task),
      dialect: config.dialect,
      ...(config.tagKey !== undefined && { tagKey: config.tagKey }),
      accessLogs,
      annotations: props.annotations,
      kmsKeyArns,
      logRetentionDays,
    });
    for (const { role, versions, objectActions } of props.listers) bucket.grantList(role, versions, objectActions);
    buckets.push(bucket);
    // A reference to a bucket with a name would be a parameter of the nested stack, which has 200.
    const bucketName = (given === undefined ? bucketConfig.name : undefined) ?? bucket.bucket.bucketName;
    const copyTo = onClean && { bucket: onClean.copyTo.bucket, prefix: onClean.copyTo.prefix };
    if (copyTo !== undefined) {
      destinations.get(copyTo.bucket)?.admit(access, watch, { fromName: bucketName, prefix: copyTo.prefix });
    }
    const name = names.short(word);
    const { rule } = new UploadRule(watch, `UploadRule-${word}`, {
      ruleName: name,
      bucketName,
      filters: bucketConfig,
      policy: {
        ...{ maxObjectBytes, allowedTypes, inertTypes, xmlStylesheets, activeContent, onInfected },
        maxWaitSeconds: config.engine.maxWaitHours * 3600,
        ...(copyTo && { onClean: { copyTo } }),
        ...(trusted.length > 0 && { trusted }),
      },
      stateMachine: props.scanUpload.machine,
      deadLetterQueue,
    });
    reported.push({ bucket: bucketName, rule: name, trusted });
    rules.push({ rule: rule.node.defaultChild as CfnRule, watch });
    // What is no longer scanned is closed to others first.
    if (trusted.length > 0 && bucket.policy !== undefined) rule.node.addDependency(bucket.policy);
    const { rescan, prefixes, suffixes, versioned } = bucketConfig;
    const set = new BucketAlarms(watch, `BucketAlarms-${word}`, {
      ...{ topic: props.topic, names, word, bucketName, ruleName: name },
      lateAfterDays: rescan.lateAfterDays,
    });
    alarms.push(...set.alarmArns.map((arn, index) => Alarm.fromAlarmArn(bucket, `Alarm${index}`, arn)));
    const schedule =
      rescan.schedule !== null && scheduler !== undefined
        ? new RescanSchedule(nested.rescans, `RescanSchedule-${word}`, {
            scheduleName: name,
            bucketName,
            config: { ...rescan, schedule: rescan.schedule },
            stateMachine: props.rescanBucket.machine,
            deadLetterQueue: props.undeliveredRescans,
            role: scheduler,
          })
        : undefined;
    deployedOutput(bucket, { name, schedule, annotations: props.annotations, rescan, versioned });
    const filtered = prefixes.length + suffixes.length + trusted.length > 0;
    const firstDays = rescan.schedule === null ? 1 : firstWindowDays(rescan.schedule);
    watched.push({
      bucket: bucketName,
      onInfected,
      ...(copyTo && { onClean: { copyTo } }),
      ...(filtered && { filters: { prefixes, suffixes, ...(trusted.length > 0 && { trusted }) } }),
      ...(firstDays > 1 && { firstWindowDays: firstDays }),
      ...(!isDefault(rescan.ages) && { ages: rescan.ages }),
    });
    // The user chooses the other names.
    if (given === undefined && bucketConfig.name === undefined)
      new CfnOutput(scope, 'UploadsBucketName', { value: bucketName });
  }
  const policiesOf = access.create();
  // No upload starts an execution before these exist.
  for (const { rule, watch } of rules) for (const policy of policiesOf(watch)) rule.addResourceDependency(policy);
  admitLogsOf(
    buckets.flatMap(({ bucket, isMade }) => (isMade ? bucket.bucketArn : [])),
    accessLogs,
    BUCKET,
  );
  props.rescanBucket.watches(watched);
  props.reports?.reportBuckets.reports(reported);
  props.undeliveredUploads.admitOnly({ rulesNamed: `${names.prefix}-` });
  const schedulers = [scheduler, props.reports?.schedulerRole];
  props.undeliveredRescans.admitOnly({ roleArns: schedulers.flatMap((role) => role?.roleArn ?? []) });
  return { buckets, bucketNames: watched.map(({ bucket }) => bucket), alarms };
}

const isDefault = (ages: readonly number[]) => ages.join() === DEFAULT_AGE_STEPS.join();

/** First word of the construct of each bucket, and of its access logs. */
const BUCKET = 'WatchedBucket-';

/** What Scheduler acts as when it starts rescans. */
function schedulerRole(scope: Construct, { buckets }: AirlockConfig): Role | undefined {
  if (buckets.every(({ rescan }) => rescan.schedule === null)) return undefined;
  return new Role(scope, 'RescanSchedulerRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });
}
