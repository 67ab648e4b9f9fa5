import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { AirlockConfig } from '../config/schema.ts';
import { PhysicalNames } from './buckets/physical-names.ts';
import { ClosedQueue } from './closed-queue.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { TaskFunction } from './functions/task-function.ts';
import { workOff } from './work-off.ts';

export interface ScanRequestsProps {
  readonly config: Pick<AirlockConfig, 'logRetentionDays'>;
  readonly scanUpload: IStateMachine;
}

/** Ten messages may name ten thousand objects, which Step Functions starts at 150 a second at least. */
const START_SECONDS = 300;
const WORKERS = 2;
const BATCH_SIZE = 10;
/** At six times the worker's limit each: ten hours. */
const MAX_RECEIVE_COUNT = 20;

/** Where applications ask for scans: a topic, its queue, and a function that starts the executions. */
export class ScanRequests extends Construct {
  readonly topic: Topic;
  readonly queue: ClosedQueue;
  /** What could not be carried out, with the reason. */
  readonly refused: DeadLetterQueue;
  readonly worker: TaskFunction;

  constructor(scope: Construct, id: string, { config, scanUpload }: ScanRequestsProps) {
    super(scope, id);
    // Its messages hold names of objects. With a key of our own, each publisher would need permission to use that too.
    this.topic = new Topic(this, 'Topic', {
      masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
      enforceSSL: true,
    });
    this.refused = new DeadLetterQueue(this, 'RefusedRequests');
    this.queue = new ClosedQueue(this, 'Queue', {
      visibilityTimeout: Duration.seconds(6 * START_SECONDS),
      deadLetterQueue: { queue: this.refused, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    this.topic.addSubscription(new SqsSubscription(this.queue.withoutItsPolicy(this, 'QueueOfTopic')));
    this.queue.admitOnly({ topicArn: this.topic.topicArn });

    const { prefix } = new PhysicalNames(scope);
    // Beside the other functions: `airlock logs` finds it by its word.
    this.worker = new TaskFunction(scope, 'StartRequestedScans', {
      objectActions: [],
      readsContent: false,
      memoryMb: 256,
      timeoutSeconds: START_SECONDS,
      logRetentionDays: config.logRetentionDays,
      environment: {
        STACK_ID: Aws.STACK_ID,
        RULE_PREFIX: `${prefix}-`,
        STATE_MACHINE_ARN: scanUpload.stateMachineArn,
        REFUSED_QUEUE_URL: this.refused.queueUrl,
      },
    });
    scanUpload.grantStartExecution(this.worker);
    this.refused.grant(this.worker, 'sqs:SendMessage');
    this.refused.admitOnly({ roleArns: [this.worker.role.roleArn] });
    this.worker.role.addToPolicy(
      new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [Aws.STACK_ID] }),
    );
    const rules = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${prefix}-*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    this.worker.role.addToPolicy(new PolicyStatement({ actions: ['events:ListTargetsByRule'], resources: [rules] }));
    workOff(this.queue, this.worker, { batchSize: BATCH_SIZE, maxConcurrency: WORKERS });
  }
}
