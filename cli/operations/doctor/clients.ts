import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { DeployedStack } from '../deployed-stack.ts';

export const createClients = () => ({
  cloudFormation: new CloudFormationClient(),
  cloudWatch: new CloudWatchClient(),
  eventBridge: new EventBridgeClient(),
  lambda: new LambdaClient(),
  logs: new CloudWatchLogsClient(),
  s3: new S3Client({ followRegionRedirects: true }),
  quotas: new ServiceQuotasClient(),
  sns: new SNSClient(),
  sqs: new SQSClient(),
});
export type Clients = ReturnType<typeof createClients>;

/** What is looked at, and with what. */
export interface Patient {
  readonly clients: Clients;
  readonly deployed: DeployedStack;
  /** As given with --stack. */
  readonly stack: string;
  readonly now: Date;
  /** A line about what takes long. */
  readonly tell: (line: string) => void;
}
