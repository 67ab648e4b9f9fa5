import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { AirlockConfig } from '../config/schema.ts';
import { PhysicalNames } from './buckets/physical-names.ts';
import type { RescanResults } from './buckets/rescan-results.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { TaskFunction } from './functions/task-function.ts';
import type { Notifications } from './notifications.ts';
import { ReportBuckets } from './state-machines/report-buckets.ts';

export interface ReportsProps {
  readonly config: AirlockConfig;
  readonly schedule: string;
  readonly dialectEnvironment: Readonly<Record<string, string>>;
  readonly notifications: Notifications;
  readonly results: RescanResults;
  /** Receives what the schedule could not start. */
  readonly deadLetterQueue: DeadLetterQueue;
}

/** Reads tags, or writes files, until shortly before its state's 900 s. */
const LONG_SECONDS = 840;

/** Reports on a schedule what is not CLEAN. */
export class Reports extends Construct {
  /** By Task name. */
  readonly tasks: Readonly<Record<'ReportObjects' | 'WriteReport' | 'NotifyReport', TaskFunction>>;
  readonly reportBuckets: ReportBuckets;
  readonly schedule: Schedule;
  /** What Scheduler acts as. */
  readonly schedulerRole: Role;

  constructor(scope: Construct, id: string, props: ReportsProps) {
    super(scope, id);
    const { config, results, notifications } = props;
    const { logRetentionDays, tracing, report } = config;
    const node = { objectActions: [], readsContent: false, memoryMb: 256, logRetentionDays };
    const environment = {
      ...props.dialectEnvironment,
      RESULTS_BUCKET: results.bucketName,
      ...(report.versions && { REPORT_VERSIONS: 'true' }),
    };
    // A whole processor: it signs and reads a request for each object.
    const long = { ...node, environment, memoryMb: 1769, timeoutSeconds: LONG_SECONDS };
    this.tasks = {
      ReportObjects: new TaskFunction(scope, 'ReportObjects', long),
      WriteReport: new TaskFunction(scope, 'WriteReport', long),
      NotifyReport: new TaskFunction(scope, 'NotifyReport', { ...node, environment: notifications.environment }),
    };
    // One line for all: a policy has no room to name 100 rules.
    const rules = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${new PhysicalNames(scope).prefix}-*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    this.tasks.ReportObjects.role.addToPolicy(
      new PolicyStatement({ actions: ['events:DescribeRule'], resources: [rules] }),
    );
    results.grantWriteParts(this.tasks.ReportObjects.role);
    results.grantPublishReports(this.tasks.WriteReport.role);
    notifications.grantNotify(this.tasks.NotifyReport);
    this.reportBuckets = new ReportBuckets(scope, 'ReportBuckets', {
      tasks: this.tasks,
      records: { logRetentionDays, tracing },
    });
    this.schedulerRole = new Role(this, 'SchedulerRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.schedule = new Schedule(this, 'Schedule', {
      description: 'Reports what is not CLEAN',
      schedule: ScheduleExpression.expression(props.schedule),
      timeWindow: TimeWindow.off(),
      target: new StepFunctionsStartExecution(this.reportBuckets.machine, {
        input: ScheduleTargetInput.fromObject({}),
        deadLetterQueue: props.deadLetterQueue,
        role: this.schedulerRole,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    });
  }
}
