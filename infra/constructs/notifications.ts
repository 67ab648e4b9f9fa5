import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { PipelineFunction } from './functions/pipeline-function.ts';

const EVENT_BUS_NAME = 'default';

/** The targets of notifications: an SNS topic and the account's default event bus. */
export class Notifications extends Construct {
  readonly topic: Topic;
  /** Key of the topics: the AWS managed key for SNS does not let alarms publish. */
  readonly key: Key;
  private readonly bus: IEventBus;

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
  }

  get environment(): Record<string, string> {
    return { TOPIC_ARN: this.topic.topicArn, EVENT_BUS_NAME };
  }

  letTell(task: PipelineFunction): void {
    for (const [actions, resource] of [
      [['sns:Publish'], this.topic.topicArn],
      [['kms:Decrypt', 'kms:GenerateDataKey'], this.key.keyArn],
      [['events:PutEvents'], this.bus.eventBusArn],
    ] as const) {
      task.role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
    }
  }
}
