import { Aspects } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks, NagSuppressions, type RegexAppliesTo } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { AirlockParts } from './constructs/airlock-parts.ts';
import { NOTIFICATIONS_HANDLER } from './constructs/buckets/existing-bucket.ts';
import type { PipelineFunction } from './constructs/functions/pipeline-function.ts';
import type { AirlockStack } from './stacks/airlock-stack.ts';

/** Fails synth on every finding of cdk-nag's AwsSolutions rules except those suppressed here, one by one. */
export function checkWithNag(stack: AirlockStack): void {
  const { parts } = stack.airlock;
  Aspects.of(stack).add(new AwsSolutionsChecks({ reports: false }));

  for (const policy of stack.node.findAll().filter((construct) => construct instanceof ManagedPolicy)) {
    answer(
      policy,
      'AwsSolutions-IAM5',
      'The pipeline works on every object of a watched bucket; whoever uploads chooses the key.',
      /^Resource::(<WatchedBucket\w+\.Arn>|arn:<AWS::Partition>:s3:::[a-z0-9.-]+)\/[\w!.()/=@:+,-]*\*$/,
    );
  }
  const { ScanObject, ScanWaitingObject, ScanLargeObject, ScanBatch } = parts.tasks as Readonly<
    Record<string, PipelineFunction>
  >;
  for (const scanner of [ScanObject, ScanWaitingObject, ScanLargeObject, ScanBatch]) {
    answer(
      scanner?.role,
      'AwsSolutions-IAM5',
      'Each set of definitions has its own folder, named when it is published.',
      /^Resource::<Definitions\w+\.Arn>\/\*$/,
    );
  }
  answer(
    parts.updateDefinitions.role,
    'AwsSolutions-IAM5',
    'Each set of definitions has its own folder, named when it is published.',
    /^Resource::<Definitions\w+\.Arn>\/(versions\/)?\*$/,
  );
  for (const role of stack.node.children.filter(({ node }) => node.id.startsWith('SchedulerRoleForTarget'))) {
    const versions = 'CDK lets a schedule call every version of its function; this one has only $LATEST.';
    answer(role, 'AwsSolutions-IAM5', versions, /^Resource::<UpdateDefinitions\w+\.Arn>:\*$/);
  }
  answer(parts.failedUpdates, 'AwsSolutions-SQS3', 'It is the dead-letter queue of the definitions updates.');
  answer(
    parts.tasks.QuarantineObject?.role,
    'AwsSolutions-IAM5',
    'A copy in the quarantine is named after its original, whose key the uploader chose.',
    /^Resource::<Quarantine\w+\.Arn>\/\*$/,
  );
  for (const machine of [parts.scanUpload.machine, parts.overflow?.machine.machine]) {
    answer(
      machine?.role,
      'AwsSolutions-IAM5',
      'CloudWatch Logs deliveries and X-Ray do not support resource-level permissions: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
      /^Resource::\*$/,
    );
  }
  for (const machine of [parts.scanUpload, parts.overflow?.machine]) {
    answer(
      machine,
      'AwsSolutions-SF1',
      'Errors are logged: what a STANDARD execution did is in its history (logLevel).',
    );
  }
  for (const machine of [
    parts.scanUpload,
    parts.overflow?.machine,
    parts.rescanBucket,
    parts.huntBucket,
    parts.reports?.reportBuckets,
  ]) {
    answer(machine, 'AwsSolutions-SF2', 'A trace shows what the history has, for $5 a million (tracing).');
  }
  answer(parts.scanQueues.abandoned, 'AwsSolutions-SQS3', 'It is the dead-letter queue of the scans.');
  answer(parts.undeliveredUploads, 'AwsSolutions-SQS3', 'It is the dead-letter queue of the upload rules.');
  answer(parts.requests?.refused, 'AwsSolutions-SQS3', 'It is the dead-letter queue of the requests.');
  answer(
    parts.requests?.worker.role,
    'AwsSolutions-IAM5',
    'The rules of the buckets, which begin alike: a policy has no room to name 100 of them.',
    /^Resource::arn:.*:rule\/[\w-]+-\*$/,
  );
  answerForRescans(parts);
  answerForHunts(parts);
  answerForReports(parts);

  // Exists only when existing buckets are watched.
  const handler = stack.node.tryFindChild(NOTIFICATIONS_HANDLER);
  answer(handler, 'AwsSolutions-L1', "It is CDK's own custom resource: its runtime changes with aws-cdk-lib.");
  answer(
    handler,
    'AwsSolutions-IAM4',
    "It is CDK's own custom resource, which writes its logs with this policy.",
    /^Policy::arn:<AWS::Partition>:iam::aws:policy\/service-role\/AWSLambdaBasicExecutionRole$/,
  );
}

function answerForRescans({ rescanBucket, tasks, undeliveredRescans }: AirlockParts): void {
  const logs = 'CloudWatch Logs deliveries and X-Ray do not support resource-level permissions.';
  answer(rescanBucket.machine.role, 'AwsSolutions-IAM5', logs, /^Resource::\*$/);
  const runs = 'Each run has its own folder, named when it starts.';
  const results = /^Resource::<RescanResults\w+\.Arn>\/(runs|progress)\/\*$/;
  answer(rescanBucket.machine.role, 'AwsSolutions-IAM5', runs, results);
  answer(tasks.PrepareRescan?.role, 'AwsSolutions-IAM5', 'Each bucket and prefix has its own entry.', results);
  answer(tasks.SummarizeRescan?.role, 'AwsSolutions-IAM5', runs, results);
  const children = "A Distributed Map's children are named when they start.";
  answer(rescanBucket, 'AwsSolutions-IAM5', children, /^Resource::.*:execution:<RescanBucket\w+\.Name>\/\*$/);
  answer(undeliveredRescans, 'AwsSolutions-SQS3', 'It is the dead-letter queue of the rescan schedules.');
}

function answerForHunts({ huntBucket, tasks }: AirlockParts): void {
  const logs = 'CloudWatch Logs deliveries and X-Ray do not support resource-level permissions.';
  answer(huntBucket.machine.role, 'AwsSolutions-IAM5', logs, /^Resource::\*$/);
  const runs = 'Each hunt has its own folder and its own rules, named when it starts.';
  const results = /^Resource::<RescanResults\w+\.Arn>\/(hunts\/|hunt-rules\/)\*$/;
  for (const role of [
    huntBucket.machine.role,
    tasks.PrepareHunt.role,
    tasks.HuntBatch.role,
    tasks.SummarizeHunt.role,
  ]) {
    answer(role, 'AwsSolutions-IAM5', runs, results);
  }
  const children = "A Distributed Map's children are named when they start.";
  answer(huntBucket, 'AwsSolutions-IAM5', children, /^Resource::.*:execution:<HuntBucket\w+\.Name>\/\*$/);
}

function answerForReports({ reports }: AirlockParts): void {
  const logs = 'CloudWatch Logs deliveries and X-Ray do not support resource-level permissions.';
  answer(reports?.reportBuckets.machine.role, 'AwsSolutions-IAM5', logs, /^Resource::\*$/);
  const files = 'Each report has its own files, named when it starts.';
  const results = /^Resource::<RescanResults\w+\.Arn>\/reports\/(parts|dated|latest)\/\*$/;
  answer(reports?.tasks.ReportObjects.role, 'AwsSolutions-IAM5', files, results);
  answer(
    reports?.tasks.ReportObjects.role,
    'AwsSolutions-IAM5',
    'The rules of the buckets, which begin alike: a policy has no room to name 100 of them.',
    /^Resource::arn:.*:rule\/[\w-]+-\*$/,
  );
  answer(reports?.tasks.WriteReport.role, 'AwsSolutions-IAM5', files, results);
}

function answer(construct: IConstruct | undefined, id: string, reason: string, finding?: RegExp): void {
  if (construct === undefined) return;
  const appliesTo: RegexAppliesTo[] = finding === undefined ? [] : [{ regex: String(finding) }];
  const suppression = { id, reason, ...(appliesTo.length > 0 && { appliesTo }) };
  NagSuppressions.addResourceSuppressions(construct, [suppression], true);
}
