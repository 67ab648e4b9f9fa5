import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { forEachChannel, type StatusChannelName, statusesVariable } from '../../functions/domain/channels.ts';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import type { PipelineFunction } from './functions/pipeline-function.ts';

const EVENT_BUS_NAME = 'default';

/** What a function needs to send through a channel. */
interface ChannelAccess {
  readonly environment: Readonly<Record<string, string>>;
  /** Resource by action. */
  readonly permissions: Readonly<Record<string, string>>;
}

/** The account's own findings, which come from a product that every account has. */
const PRODUCT_ARN = `arn:${Aws.PARTITION}:securityhub:${Aws.REGION}:${Aws.ACCOUNT_ID}:product/${Aws.ACCOUNT_ID}/default`;

/** What a function needs to send findings to Security Hub. */
export const FINDINGS: ChannelAccess = {
  environment: { SECURITY_HUB_PRODUCT_ARN: PRODUCT_ARN },
  permissions: { 'securityhub:BatchImportFindings': PRODUCT_ARN },
};

function allow(task: PipelineFunction, { permissions }: ChannelAccess): void {
  for (const [action, resource] of Object.entries(permissions)) {
    task.role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
  }
}

/** Where notifications go: an SNS topic and the account's default event bus. */
export class Notifications extends Construct {
  readonly topic: Topic;
  readonly bus: IEventBus;
  /** Key of the topics: the AWS managed key for SNS does not let alarms publish. */
  readonly key: Key;
  private readonly access: Readonly<Record<StatusChannelName, ChannelAccess>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', { enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.bus = EventBus.fromEventBusName(this, 'Bus', EVENT_BUS_NAME);
    this.topic = new Topic(this, 'Topic', { masterKey: this.key, enforceSSL: true });
    this.access = {
      sns: {
        environment: { TOPIC_ARN: this.topic.topicArn },
        permissions: {
          'sns:Publish': this.topic.topicArn,
          'kms:Decrypt': this.key.keyArn,
          'kms:GenerateDataKey': this.key.keyArn,
        },
      },
      events: {
        environment: { EVENT_BUS_NAME },
        permissions: { 'events:PutEvents': this.bus.eventBusArn },
      },
    };
  }

  get environment(): Record<string, string> {
    return Object.assign({}, ...Object.values(this.access).map(({ environment }) => environment));
  }

  /** The environment that says which statuses go through which channel. */
  rules(statuses: Readonly<Record<StatusChannelName, readonly ScanStatus[]>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(forEachChannel((name) => statuses[name].join(','))).map(([name, list]) => [
        statusesVariable(name as StatusChannelName),
        list,
      ]),
    );
  }

  grantNotify(task: PipelineFunction): void {
    for (const access of Object.values(this.access)) allow(task, access);
  }

  grantFindings(task: PipelineFunction): void {
    allow(task, FINDINGS);
  }
}
