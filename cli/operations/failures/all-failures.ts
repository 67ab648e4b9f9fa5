import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { rescanAgain, uploadAgain } from '../deployed-input.ts';
import type { DeployedStack } from '../deployed-stack.ts';
import { deployedStarts } from '../deployed-start.ts';
import { deadLetters } from './dead-letters.ts';
import { failedExecutions } from './failed-executions.ts';
import { failedExpress } from './failed-express.ts';
import { failedObjects } from './failed-objects.ts';
import type { Redrivable } from './failure.ts';
import { refusedRequests } from './refused-requests.ts';

export interface FailureClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly stepFunctions: SFNClient;
  readonly eventBridge: EventBridgeClient;
  readonly logs: CloudWatchLogsClient;
}

/**
 * Everything that was to happen and did not, one after the other: dead letters, executions, objects of rescans.
 * @throws what the SDK throws
 */
export async function* allFailures(
  clients: FailureClients,
  deployed: DeployedStack,
  { since, until }: { readonly since: Date; readonly until: Date },
): AsyncGenerator<Redrivable> {
  const { s3, sqs, stepFunctions, eventBridge } = clients;
  const startFor = deployedStarts({ deployed, s3, eventBridge });
  const [scanUploadArn, rescanBucketArn] = [deployed.output('ScanUploadArn'), deployed.output('RescanBucketArn')];
  const overflowArn = deployed.optionalOutput('OverflowArn');
  const times = { since, until };

  for (const output of ['UndeliveredUploadsUrl', 'UndeliveredRescansUrl']) {
    yield* deadLetters(sqs, { queueUrl: deployed.output(output), startFor, since });
  }
  const requestsUrl = deployed.optionalOutput('RefusedRequestsUrl');
  if (requestsUrl !== undefined) {
    const watched = deployed.bucketNames();
    yield* refusedRequests(sqs, { queueUrl: requestsUrl, s3, watched, startFor, since });
  }
  const instead = 'the next update of the definitions repeats it';
  yield* deadLetters(sqs, { queueUrl: deployed.output('FailedUpdatesUrl'), startFor, since, instead });

  const uploads = {
    inputAgain: uploadAgain({ deployed, s3, eventBridge }),
    redrive: 'scans the object again',
    ...times,
  };
  // Under EXPRESS there is a second, STANDARD one of what overflows.
  if (overflowArn === undefined) yield* failedExecutions(stepFunctions, { stateMachineArn: scanUploadArn, ...uploads });
  else {
    yield* failedExecutions(stepFunctions, { stateMachineArn: overflowArn, ...uploads });
    yield* failedExpress(clients, { stateMachineArn: scanUploadArn, startFor, ...times });
  }
  yield* failedExecutions(stepFunctions, {
    ...{ stateMachineArn: rescanBucketArn, inputAgain: rescanAgain(deployed), redrive: 'starts the rescan again' },
    ...times,
  });
  const reportBucketsArn = deployed.optionalOutput('ReportBucketsArn');
  if (reportBucketsArn !== undefined) {
    // It needs no input.
    const inputAgain = async () => '{}';
    const redrive = 'reports all buckets again';
    yield* failedExecutions(stepFunctions, { stateMachineArn: reportBucketsArn, inputAgain, redrive, ...times });
  }
  const resultsBucket = deployed.output('RescanResultsBucketName');
  yield* failedObjects(clients, { rescanBucketArn, scanUploadArn, resultsBucket, startFor, ...times });
}
