import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  type EventSourceMappingOptions,
  type Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { PipelineFunction } from './functions/pipeline-function.ts';

/**
 * Lets Lambda call a function with a queue's messages, and keep those that it did not finish. CDK's own event source
 * would grant more than Lambda needs.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function workOff(
  queue: IQueue,
  worker: PipelineFunction & Pick<LambdaFunction, 'addEnvironment'>,
  options: Pick<EventSourceMappingOptions, 'batchSize' | 'maxConcurrency'> = {},
): void {
  worker.role.addToPolicy(
    new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [queue.queueArn],
    }),
  );
  // It refuses the messages of any other queue: whoever may map functions must not make it act.
  worker.addEnvironment('QUEUE_ARN', queue.queueArn);
  new EventSourceMapping(worker, 'Messages', {
    ...options,
    target: worker,
    eventSourceArn: queue.queueArn,
    reportBatchItemFailures: true,
  });
}
