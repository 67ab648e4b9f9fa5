import { ACCOUNT, type LocalStack } from '../cloudformation/template.ts';
import type { Target } from '../event-bridge/target.ts';
import type { Authorizer } from './authorizer.ts';
import type { Answer } from './policy-engine.ts';
import type { NamedPolicy } from './principals.ts';
import { policyOfQueue, policyOfTopic } from './resource-policies.ts';

/** Loopback counts as TLS. */
const SECURE = { 'aws:SecureTransport': 'true' };

/** What the stack's roles and EventBridge itself may do on services other than S3. */
export interface ServicePermissions {
  /** Publishing, and the use of the topic's KMS key if it has one. */
  publish(accessKeyId: string, topicArn: string): Promise<Answer>;
  /** Any action on a topic, or on all: `*`. */
  topic(accessKeyId: string, action: string, topicArn: string): Promise<Answer>;
  queue(accessKeyId: string, action: string, queueArn: string): Promise<Answer>;
  /** Actions that only need the caller's own policies. */
  any(accessKeyId: string, action: string, resource: string): Promise<Answer>;
  invokeFunction(roleArn: string, functionArn: string): Promise<Answer>;
  /** How a Distributed Map starts its children. */
  startChildren(roleArn: string, stateMachineArn: string): Promise<Answer>;
  /** Decided in advance, because events are delivered synchronously. */
  startExecution(target: Target): Answer;
}

/**
 * @param queuePolicy of any queue, as it is now; default: what the template says
 * @throws Error when a rule may not use its dead-letter queue: on AWS its undelivered events would be lost
 */
export async function createServicePermissions(
  stack: LocalStack,
  iam: Authorizer,
  queuePolicy: (queueArn: string) => NamedPolicy | undefined = (queueArn) => policyOfQueue(stack, queueArn),
): Promise<ServicePermissions> {
  const byKey = (accessKeyId: string) => iam.principal(accessKeyId) ?? { arn: accessKeyId, policies: [] };
  const targets = stack
    .ofType('AWS::Events::Rule')
    .flatMap(({ arn, properties }) => (properties.Targets as Target[]).map((target) => ({ ruleArn: arn, target })));

  const starts = new Map<string, () => Answer>();
  const startKey = ({ RoleArn = '', Arn }: Target) => `${RoleArn} ${Arn}`;
  for (const { target, ruleArn } of targets) {
    const principal = iam.role(target.RoleArn ?? '');
    const start = { principal, action: 'states:StartExecution', resource: target.Arn, context: SECURE };
    starts.set(startKey(target), await iam.prepare(start));
    if (target.DeadLetterConfig !== undefined)
      await checkDeadLetterQueue(stack, iam, ruleArn, target.DeadLetterConfig.Arn);
  }

  const onTopic = (accessKeyId: string, action: string, topicArn: string) => {
    const resourcePolicy = policyOfTopic(stack, topicArn);
    return iam.decide({ principal: byKey(accessKeyId), action, resource: topicArn, context: SECURE, resourcePolicy });
  };

  async function publish(accessKeyId: string, topicArn: string): Promise<Answer> {
    const principal = byKey(accessKeyId);
    const answer = await onTopic(accessKeyId, 'sns:Publish', topicArn);
    const key = stack.byArn(topicArn)?.properties.KmsMasterKeyId as string | undefined;
    if (!answer.allowed || key === undefined) return answer;
    const keyPolicy = { name: key, document: stack.byArn(key)?.properties.KeyPolicy as object };
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
      const use = await iam.decide({ principal, action, resource: key, context: SECURE, resourcePolicy: keyPolicy });
      if (!use.allowed) return use;
    }
    return answer;
  }

  return {
    publish,
    topic: (accessKeyId, action, topicArn) =>
      action === 'sns:Publish' ? publish(accessKeyId, topicArn) : onTopic(accessKeyId, action, topicArn),
    queue: (accessKeyId, action, queueArn) =>
      iam.decide({
        principal: byKey(accessKeyId),
        action,
        resource: queueArn,
        context: SECURE,
        resourcePolicy: queuePolicy(queueArn),
      }),
    any: (accessKeyId, action, resource) =>
      iam.decide({ principal: byKey(accessKeyId), action, resource, context: SECURE }),
    invokeFunction: (roleArn, functionArn) =>
      iam.decide({
        principal: iam.role(roleArn),
        action: 'lambda:InvokeFunction',
        resource: functionArn,
        context: SECURE,
      }),
    startChildren: (roleArn, stateMachineArn) =>
      iam.decide({
        principal: iam.role(roleArn),
        action: 'states:StartExecution',
        resource: stateMachineArn,
        context: SECURE,
      }),
    startExecution(target) {
      const start = starts.get(startKey(target));
      if (start === undefined) throw new Error(`no rule of the stack starts ${target.Arn}`);
      return start();
    },
  };
}

/** @throws Error with Step Functions' error name for a refusal by Lambda */
export async function assertMayInvoke(permissions: ServicePermissions, roleArn: string, functionArn: string) {
  const { allowed, reason } = await permissions.invokeFunction(roleArn, functionArn);
  if (allowed) return;
  const message = `${roleArn} is not authorized to perform: lambda:InvokeFunction on ${functionArn}: ${reason}`;
  throw Object.assign(new Error(message), { name: 'Lambda.AWSLambdaException' });
}

/** @throws Error with Step Functions' error name for a missing permission of its role */
export async function assertMayStartChildren(permissions: ServicePermissions, roleArn: string, machineArn: string) {
  const { allowed, reason } = await permissions.startChildren(roleArn, machineArn);
  if (allowed) return;
  const message = `${roleArn} is not authorized to perform: states:StartExecution on ${machineArn}: ${reason}`;
  throw Object.assign(new Error(message), { name: 'States.Permissions' });
}

async function checkDeadLetterQueue(stack: LocalStack, iam: Authorizer, ruleArn: string, queueArn: string) {
  const { allowed, reason } = await iam.decide({
    principal: 'events.amazonaws.com',
    action: 'sqs:SendMessage',
    resource: queueArn,
    context: { ...SECURE, 'aws:SourceArn': ruleArn, 'aws:SourceAccount': ACCOUNT },
    resourcePolicy: policyOfQueue(stack, queueArn),
  });
  if (!allowed) throw new Error(`the template does not let ${ruleArn} send to its dead-letter queue: ${reason}`);
}
