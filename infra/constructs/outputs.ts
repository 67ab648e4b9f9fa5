import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AirlockConfig } from '../config/schema.ts';
import type { AirlockParts } from './airlock-parts.ts';
import { costOutput } from './cost-output.ts';
import { ScannerFunction } from './functions/scanner-function.ts';

/** What operators and the CLI look up: cli/operations/deployed-stack.ts. */
export function writeOutputs(scope: Construct, config: AirlockConfig, parts: AirlockParts): void {
  const { scanQueues, overflow, rescanBucket, huntBucket, scanUpload } = parts;
  const outputs: Readonly<Record<string, string>> = {
    UndeliveredUploadsUrl: parts.undeliveredUploads.queueUrl,
    UndeliveredRescansUrl: parts.undeliveredRescans.queueUrl,
    ScanObjectQueueUrl: scanQueues.scanObject.queueUrl,
    ScanLargeObjectQueueUrl: scanQueues.scanLargeObject.queueUrl,
    AbandonedScansUrl: scanQueues.abandoned.queueUrl,
    ...(overflow && {
      OverflowArn: overflow.machine.machine.stateMachineArn,
      StartOverflowQueueUrl: overflow.queue.queueUrl,
    }),
    ...(parts.requests && {
      RequestsTopicArn: parts.requests.topic.topicArn,
      RequestsQueueUrl: parts.requests.queue.queueUrl,
      RefusedRequestsUrl: parts.requests.refused.queueUrl,
    }),
    FailedUpdatesUrl: parts.failedUpdates.queueUrl,
    UpdateDefinitionsName: parts.updateDefinitions.functionName,
    ...(parts.reports && {
      ReportBucketsArn: parts.reports.reportBuckets.machine.stateMachineArn,
      ReportScheduleArn: parts.reports.schedule.scheduleArn,
    }),
    RescanBucketArn: rescanBucket.machine.stateMachineArn,
    HuntBucketArn: huntBucket.machine.stateMachineArn,
    ScanUploadArn: scanUpload.machine.stateMachineArn,
    NotificationsTopicArn: parts.notifications.topic.topicArn,
    AlarmsTopicArn: parts.alarmsTopic.topicArn,
    DefinitionsBucketName: parts.definitions.bucketName,
    // Where they say which definitions they could not use.
    ScannerLogGroups: Object.values(parts.tasks)
      .flatMap((task) => (task instanceof ScannerFunction ? task.logGroup.logGroupName : []))
      .join(','),
    QuarantineBucketName: parts.quarantine.bucketName,
    RescanResultsBucketName: parts.results.bucketName,
    AccessLogsBucketName: parts.accessLogs.bucketName,
    Cost: costOutput(config, parts),
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(scope, name, { value });
}
