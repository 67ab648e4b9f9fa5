import { Duration, Stack } from 'aws-cdk-lib';
import type { IAlarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { dialectNamed } from '../../functions/domain/dialects/index.ts';
import { trustedObjects } from '../../functions/domain/gate/trusted-statements.ts';
import type { MetricName } from '../../functions/domain/metrics.ts';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import type { AirlockConfig } from '../config/schema.ts';
import { refuseOverLimits } from '../limits/check-limits.ts';
import { type AirlockParts, createParts } from './airlock-parts.ts';
import { type AirlockProps, readProps } from './airlock-props.ts';
import { setFeatureFlags } from './feature-flags.ts';
import { Guard } from './guard.ts';
import { airlockMetric } from './monitoring/airlock-metric.ts';
import { monitor } from './monitoring/monitor.ts';
import { writeOutputs } from './outputs.ts';
import { nameService } from './service-name.ts';
import { schedulesLast } from './state-machines/schedules-last.ts';

/** What readers may do with an object that is CLEAN. */
const READ = ['s3:GetObject', 's3:GetObjectVersion'];
const PERIOD = Duration.minutes(5);

/**
 * Keeps malware out of S3 buckets: scans every upload, and keeps it from all readers until its tag says CLEAN.
 *
 * ```ts
 * const airlock = new Airlock(this, 'Airlock', { buckets: [uploads] });
 * airlock.grantRead(webServer);
 * airlock.notificationsTopic.addSubscription(new SqsSubscription(verdicts));
 * ```
 */
export class Airlock extends Construct {
  /** Gets a message for each verdict that `notify.sns` names. */
  readonly notificationsTopic: ITopic;
  /** Takes requests of scans; undefined unless `requests` is set. */
  readonly requestsTopic: ITopic | undefined;
  /** Gets every alarm. */
  readonly alarmsTopic: ITopic;
  readonly alarms: readonly IAlarm[];
  /** Processes one upload; its executions are started by EventBridge. */
  readonly scanUpload: IStateMachine;
  /** Scans a whole bucket again; for its input see docs/rescans.md. */
  readonly rescanBucket: IStateMachine;
  /** Looks for rules in a whole bucket and changes nothing; for its input see docs/operations/hunt.md. */
  readonly huntBucket: IStateMachine;
  readonly quarantineBucket: IBucket;
  /** Everything that is watched, in the order of `buckets`. */
  readonly watchedBuckets: readonly IBucket[];
  /** @internal What it consists of, for this package's own stack and tests. */
  readonly parts: AirlockParts;
  readonly #config: AirlockConfig;

  /**
   * @throws Error for props that are not valid, one line for each fault, which names key and value; and for a bucket
   * that another airlock of the app watches, or that is created in another stack; and in a nested stack
   */
  constructor(scope: Construct, id: string, props: AirlockProps = {}) {
    super(scope, id);
    if (Stack.of(this).nested) {
      throw new Error(`${this.node.path}: an airlock has nested stacks, and its stack cannot be one itself`);
    }
    setFeatureFlags(this);
    nameService(this);
    const { config, watched } = readProps(this, props);
    this.#config = config;
    const parts = createParts(this, config, watched);
    this.parts = parts;
    const { scanUpload, overflow, requests, rescanBucket, reports, notifications } = parts;
    new Guard(this, 'Guard', {
      tasks: { ...parts.tasks, ...(requests && { StartRequestedScans: requests.worker }), ...reports?.tasks },
      stateMachines: [scanUpload, overflow?.machine, rescanBucket, reports?.reportBuckets].flatMap(
        (each) => each?.machine ?? [],
      ),
      waiting: [(overflow?.machine ?? scanUpload).machine],
      queues: [parts.undeliveredUploads, parts.undeliveredRescans, parts.failedUpdates]
        .concat(requests?.refused ?? [])
        .concat(overflow?.queue ?? []),
      notifications,
    });
    this.alarms = monitor(this, config, parts);
    schedulesLast(this, parts.updatesSchedule);
    refuseOverLimits(this);
    writeOutputs(this, config, parts);

    this.notificationsTopic = notifications.topic;
    this.requestsTopic = requests?.topic;
    this.alarmsTopic = parts.alarmsTopic;
    this.scanUpload = scanUpload.machine;
    this.rescanBucket = rescanBucket.machine;
    this.huntBucket = parts.huntBucket.machine;
    this.quarantineBucket = asBucket(parts.quarantine);
    this.watchedBuckets = parts.buckets.map(({ bucket }) => asBucket(bucket));
  }

  /**
   * Lets a principal of this account list the watched buckets and read what is CLEAN there, or under a trusted prefix. The gate refuses the rest
   * whatever else the principal is granted.
   * @param buckets default: all that this airlock watches
   */
  grantRead(grantee: IGrantable, buckets: readonly IBucket[] = this.watchedBuckets): Grant {
    const { dialect, tagKey, kmsKeyArns } = this.#config;
    const { key, clean } = dialectNamed(dialect, tagKey).statusTag;
    const keys = [...kmsKeyArns, ...buckets.flatMap(({ encryptionKey }) => encryptionKey?.keyArn ?? [])];
    const trusted = this.parts.buckets
      .filter(({ bucket }) => buckets.some(({ bucketArn }) => bucketArn === bucket.bucketArn))
      .flatMap(({ bucket, gate }) => trustedObjects(bucket.bucketArn, gate.trusted ?? []));
    const grants = [
      ...(trusted.length > 0 ? [Grant.addToPrincipal({ grantee, actions: READ, resourceArns: trusted })] : []),
      Grant.addToPrincipal({
        grantee,
        actions: READ,
        resourceArns: buckets.map((bucket) => bucket.arnForObjects('*')),
        conditions: { StringEquals: { [`s3:ExistingObjectTag/${key}`]: clean } },
      }),
      Grant.addToPrincipal({
        grantee,
        actions: ['s3:ListBucket'],
        resourceArns: buckets.map(({ bucketArn }) => bucketArn),
      }),
      ...(keys.length > 0 ? [Grant.addToPrincipal({ grantee, actions: ['kms:Decrypt'], resourceArns: keys })] : []),
    ];
    return grants.reduce((all, grant) => all.combine(grant));
  }

  /** A metric of this airlock: docs/operations/README.md lists them. Default: the sum over five minutes. */
  metric(name: MetricName, { dimensionsMap, ...options }: MetricOptions = {}): Metric {
    return airlockMetric(this, name, {
      statistic: 'Sum',
      period: PERIOD,
      ...options,
      ...(dimensionsMap !== undefined && { dimensions: dimensionsMap }),
    });
  }

  /** Verdicts with one status. */
  metricVerdicts(status: ScanStatus, options?: MetricOptions): Metric {
    return this.metric('Verdicts', { ...options, dimensionsMap: { Status: status } });
  }

  /** Objects whose content was scanned. */
  metricObjectsScanned(options?: MetricOptions): Metric {
    return this.metric('ObjectsScanned', options);
  }

  /** Milliseconds from the first byte requested to the verdict; default: the median. */
  metricScanTime(options?: MetricOptions): Metric {
    return this.metric('ScanMilliseconds', { statistic: 'p50', ...options });
  }

  /** Seconds since the definitions were last known to be the newest; default: the maximum. */
  metricDefinitionsAge(options?: MetricOptions): Metric {
    return this.metric('DefinitionsAge', { statistic: 'Maximum', period: Duration.hours(1), ...options });
  }

  /** Executions for uploads that failed: their objects are tagged ERROR. */
  metricFailed(options?: MetricOptions): Metric {
    return this.scanUpload.metricFailed({ period: PERIOD, ...options });
  }
}

/** It is one; only exactOptionalPropertyTypes, which CDK does not support, disagrees. */
const asBucket = (bucket: object): IBucket => bucket as IBucket;
