import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../emulator/clock.ts';
import { type LocalStack, REGION } from '../../emulator/cloudformation/template.ts';
import { type Alarms, watchAlarms } from '../../emulator/cloudwatch/alarms.ts';
import { createCertificateAuthority } from '../../emulator/http/certificate-authority.ts';
import type { Authorizer } from '../../emulator/iam/authorizer.ts';
import { callerOf } from '../../emulator/iam/principals.ts';
import { policyOfTopic } from '../../emulator/iam/resource-policies.ts';
import type { ServicePermissions } from '../../emulator/iam/service-permissions.ts';
import { type SnsApi, startSnsApi } from '../../emulator/sns/api.ts';
import { createSigner } from '../../emulator/sns/signer.ts';
import { SETTABLE } from '../../emulator/sns/subscription.ts';
import { Topics } from '../../emulator/sns/topics.ts';
import type { Consent } from '../../emulator/sqs/consent.ts';
import type { Queues } from '../../emulator/sqs/queues.ts';
import type { PipelineOptions } from './options.ts';

export interface TopicsProps {
  readonly iam: Authorizer;
  readonly permissions: ServicePermissions;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly consent: Consent;
  /** Of the whole stack. */
  readonly folder: string;
  readonly port: number;
  readonly securePort: number;
  readonly onUndelivered: PipelineOptions['onUndelivered'] | undefined;
}

export interface StartedTopics {
  readonly topics: Topics;
  readonly sns: SnsApi;
  /** File with the certificate of the authority behind the https endpoint. */
  readonly certificateAuthority: string;
}

/** SNS, which signs with a key that nobody had before. */
export async function startTopics(props: TopicsProps, onClose: (end: () => unknown) => void): Promise<StartedTopics> {
  const { iam, permissions, clock, queues, consent, folder, port, securePort, onUndelivered } = props;
  const authority = await createCertificateAuthority();
  const certificateAuthority = join(folder, 'certificate-authority.pem');
  await writeFile(certificateAuthority, authority.certificate);
  // Known only once the server listens, and used only then.
  const endpoint = () => sns.secureEndpoint;
  const signer = createSigner(await authority.issueForSigning(`sns.${REGION}.amazonaws.com`), endpoint);
  const topics = new Topics({ clock, queues, consent, signer, endpoint, log: (line) => onUndelivered?.(line) });
  const sns = await startSnsApi({
    topics,
    signer,
    identity: await authority.issueForServer(),
    port,
    securePort,
    authorize: permissions.topic,
    arnOf: (accessKeyId) => callerOf(iam.principal(accessKeyId) ?? { arn: accessKeyId, policies: [] }).arn,
  });
  onClose(() => sns.close());
  onClose(() => topics.close());
  return { topics, sns, certificateAuthority };
}

/** The template's topics and their subscribers. Nobody here reads mail. */
export async function createTopics(stack: LocalStack, topics: Topics): Promise<void> {
  for (const { arn, properties } of stack.ofType('AWS::SNS::Topic')) {
    const policy = policyOfTopic(stack, arn)?.document;
    const { DisplayName, SignatureVersion, KmsMasterKeyId } = properties;
    const attributes = { DisplayName, SignatureVersion, KmsMasterKeyId, Policy: policy && JSON.stringify(policy) };
    topics.create(arn, Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)));
  }
  for (const { properties } of stack.ofType('AWS::SNS::Subscription')) {
    const { TopicArn: topicArn, Protocol: protocol, Endpoint: endpoint } = properties;
    const attributes = SETTABLE.flatMap((name): [string, string][] => {
      const value = properties[name];
      return value === undefined ? [] : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
    });
    await topics.subscribe({ topicArn, protocol, endpoint, attributes: Object.fromEntries(attributes) });
  }
}

/** The template's alarms, which notify their topics. */
export function startAlarms(stack: LocalStack, topics: Topics): Alarms {
  return watchAlarms(stack, (topicArn, subject, message) => topics.publish(topicArn, { message, subject }));
}
