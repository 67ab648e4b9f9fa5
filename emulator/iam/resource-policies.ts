import type { LocalResource, LocalStack } from '../cloudformation/template.ts';
import type { NamedPolicy } from './principals.ts';

/** The resource policy that the template gives a queue. */
export function policyOfQueue(stack: Pick<LocalStack, 'ofType' | 'byArn'>, queueArn: string): NamedPolicy | undefined {
  const url = stack.byArn(queueArn)?.ref;
  return policyOn(stack, 'AWS::SQS::QueuePolicy', ({ Queues = [] }) => Queues.includes(url));
}

export function policyOfTopic(stack: Pick<LocalStack, 'ofType'>, topicArn: string): NamedPolicy | undefined {
  return policyOn(stack, 'AWS::SNS::TopicPolicy', ({ Topics = [] }) => Topics.includes(topicArn));
}

function policyOn(
  stack: Pick<LocalStack, 'ofType'>,
  type: string,
  applies: (properties: LocalResource['properties']) => boolean,
): NamedPolicy | undefined {
  const resource = stack.ofType(type).find(({ properties }) => applies(properties));
  return resource && { name: resource.logicalId, document: resource.properties.PolicyDocument };
}
