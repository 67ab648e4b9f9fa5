import { systemClock } from '../../emulator/clock.ts';
import { createCertificateAuthority } from '../../emulator/http/certificate-authority.ts';
import { PolicyEngine } from '../../emulator/iam/policy-engine.ts';
import { startSnsApi } from '../../emulator/sns/api.ts';
import { createSigner } from '../../emulator/sns/signer.ts';
import type { Attributes } from '../../emulator/sns/subscription.ts';
import { Topics } from '../../emulator/sns/topics.ts';
import { Consent } from '../../emulator/sqs/consent.ts';
import { Queues } from '../../emulator/sqs/queues.ts';
import { senderPolicy } from './hear-topic.ts';

export interface LocalSns {
  readonly endpoint: string;
  readonly topics: Topics;
  readonly queues: Queues;
  /** Subscribes a new queue. */
  hear(queue: string, topicArn: string, attributes?: Attributes): Promise<void>;
  close(): Promise<void>;
}

/** SNS that takes whatever anybody publishes. */
export async function startLocalSns(): Promise<LocalSns> {
  const queues = new Queues();
  const engine = new PolicyEngine();
  const authority = await createCertificateAuthority();
  const endpoint = () => api.secureEndpoint;
  const signer = createSigner(await authority.issueForSigning('sns'), endpoint);
  const consent = new Consent((question) => engine.decide(question));
  const topics = new Topics({ clock: systemClock, queues, consent, signer, endpoint, log: () => undefined });
  const api = await startSnsApi({
    topics,
    signer,
    identity: await authority.issueForServer(),
    arnOf: (accessKeyId) => accessKeyId,
    authorize: async () => ({ allowed: true, reason: '', grants: [] }),
  });
  return {
    endpoint: api.endpoint,
    topics,
    queues,
    async hear(name, topicArn, attributes = {}) {
      const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`;
      queues.request(name, { Policy: JSON.stringify(senderPolicy(arn, 'sns', topicArn)) }, 'http://sqs');
      await topics.subscribe({ topicArn, protocol: 'sqs', endpoint: arn, attributes });
    },
    async close() {
      await topics.close();
      await api.close();
      queues.close();
    },
  };
}
