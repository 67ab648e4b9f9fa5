import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PolicyEngine } from '../../../emulator/iam/policy-engine.ts';
import { Consent } from '../../../emulator/sqs/consent.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:verdicts';
const policyFor = (sourceArn: string, service = 'sns.amazonaws.com') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sqs:SendMessage',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      },
    ],
  });

let queues: Queues;
let consent: Consent;
let asked: number;
beforeEach(() => {
  queues = new Queues();
  const engine = new PolicyEngine();
  asked = 0;
  consent = new Consent((question) => {
    asked += 1;
    return engine.decide(question);
  });
});
afterEach(() => queues.close());

const queueWith = (attributes: Record<string, string>) => queues.request('q', attributes, 'http://sqs');
const sender = (sourceArn = TOPIC, service = 'sns.amazonaws.com') => ({ service, sourceArn, queue: queueWith({}) });

describe('the consent of a queue', () => {
  it('is its policy: this service, for this topic', async () => {
    queueWith({ Policy: policyFor(TOPIC) });
    expect(await consent.of(sender())).toMatchObject({ allowed: true });
    expect(await consent.of(sender(`${TOPIC}-2`))).toMatchObject({ allowed: false });
    expect(await consent.of(sender(TOPIC, 'events.amazonaws.com'))).toMatchObject({ allowed: false });
  });

  it('is there at once when it is known', async () => {
    queueWith({ Policy: policyFor(TOPIC) });
    expect(consent.of(sender())).toBeInstanceOf(Promise);
    await consent.of(sender());
    const before = asked;
    expect(consent.of(sender())).toMatchObject({ allowed: true });
    expect(asked).toBe(before);
  });

  it('is asked for again when the policy has changed, and when it is gone', async () => {
    const queue = queueWith({ Policy: policyFor(TOPIC) });
    await consent.of(sender());
    queues.configure(queue, { Policy: policyFor(`${TOPIC}-2`) });
    expect(await consent.of(sender())).toMatchObject({ allowed: false });
    queues.configure(queue, { Policy: policyFor(TOPIC) });
    expect(await consent.of(sender())).toMatchObject({ allowed: true });
    queues.configure(queue, { Policy: '' });
    expect(await consent.of(sender())).toMatchObject({ allowed: false, reason: 'it has no policy' });
    queues.configure(queue, { Policy: policyFor(TOPIC) });
    expect(await consent.of(sender())).toMatchObject({ allowed: true });
  });

  it('is refused where nobody can decide', async () => {
    queueWith({ Policy: policyFor(TOPIC) });
    const undecided = new Consent(() => Promise.reject(new Error('who knows')));
    expect(await undecided.of(sender())).toEqual({ allowed: false, reason: 'who knows', grants: [] });
  });
});
