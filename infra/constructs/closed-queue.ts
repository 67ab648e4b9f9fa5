import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Everybody who may put a message into the queue, and who may read them. */
export interface Admitted {
  /** Rules whose events EventBridge itself puts there: those whose names begin with it. */
  readonly rulesNamed?: string;
  /** A topic whose messages SNS puts there. */
  readonly topicArn?: string;
  readonly roleArns?: readonly string[];
  /** Default: whoever IAM lets. */
  readonly readerRoleArns?: readonly string[];
}

/**
 * A queue whose messages are acted on, by operators or by the pipeline: only the stack's own roles may write them, and
 * read them where they hold secrets, whatever IAM grants to others.
 */
export class ClosedQueue extends Queue {
  constructor(scope: Construct, id: string, props: Pick<QueueProps, 'visibilityTimeout' | 'deadLetterQueue'> = {}) {
    super(scope, id, {
      ...props,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }

  /**
   * The same queue for a rule's target: CDK would add a statement for each rule, and SQS accepts 20.
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
   */
  withoutItsPolicy(scope: Construct, id: string): IQueue {
    return Queue.fromQueueArn(scope, id, this.queueArn);
  }

  /** Once, when all of them are known. */
  admitOnly({ rulesNamed, topicArn, roleArns = [], readerRoleArns }: Admitted): void {
    const onThisQueue = { actions: ['sqs:SendMessage'], resources: [this.queueArn] };
    // Not a list: SQS accepts 8,192 bytes, too few for the rules of 100 buckets.
    const rules =
      rulesNamed === undefined
        ? undefined
        : Stack.of(this).formatArn({
            service: 'events',
            resource: 'rule',
            resourceName: `${rulesNamed}*`,
            arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
          });
    if (rules !== undefined) {
      this.addToResourcePolicy(
        new PolicyStatement({
          sid: 'AllowRules',
          principals: [new ServicePrincipal('events.amazonaws.com')],
          ...onThisQueue,
          conditions: { ArnLike: { 'aws:SourceArn': rules }, StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
        }),
      );
    }
    if (topicArn !== undefined) {
      this.addToResourcePolicy(
        new PolicyStatement({
          sid: 'AllowTopic',
          principals: [new ServicePrincipal('sns.amazonaws.com')],
          ...onThisQueue,
          conditions: { ArnEquals: { 'aws:SourceArn': topicArn } },
        }),
      );
    }
    const sources = [rules, topicArn].filter((arn) => arn !== undefined);
    // A missing key matches: nobody but EventBridge and SNS has a source ARN, and no service has a principal ARN.
    const others = {
      ...(sources.length > 0 && { 'aws:SourceArn': sources.length === 1 ? sources[0] : sources }),
      ...(roleArns.length > 0 && { 'aws:PrincipalArn': roleArns }),
    };
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DenyOtherSenders',
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        ...onThisQueue,
        ...(Object.keys(others).length > 0 && { conditions: { ArnNotLike: others } }),
      }),
    );
    if (readerRoleArns === undefined) return;
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DenyOtherReaders',
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: ['sqs:ReceiveMessage'],
        resources: [this.queueArn],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': readerRoleArns } },
      }),
    );
  }
}
