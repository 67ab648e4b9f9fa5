import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type ChannelName, forEachChannel, statusesVariable } from '../../functions/domain/channels.ts';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import type { PipelineFunction } from './functions/pipeline-function.ts';

const EVENT_BUS_NAME = 'default';

/** What a function needs to send through a channel. */
interface ChannelAccess {
  readonly environment: Readonly<Record<string, string>>;
  /** Resource by action. */
  readonly permissions: Readonly<Record<string, string>>;
}

/** Where notifications go: an SNS topic and the account's default event bus. */
export class Notifications extends Construct {
  readonly topic: Topic;
  readonly bus: IEventBus;
  /** Key of the topics: the AWS managed key for SNS does not let alarms publish. */
  readonly key: Key;
  private readonly access: Readonly<Record<ChannelName, ChannelAccess>>;

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
  rules(statuses: Readonly<Record<ChannelName, readonly ScanStatus[]>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(forEachChannel((name) => statuses[name].join(','))).map(([name, list]) => [
        statusesVariable(name as ChannelName),
        list,
      ]),
    );
  }

  grantNotify(task: PipelineFunction): void {
    for (const { permissions } of Object.values(this.access)) {
      for (const [action, resource] of Object.entries(permissions)) {
        task.role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
      }
    }
  }
}
