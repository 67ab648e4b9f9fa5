import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Queue } from '../../../emulator/sqs/queue.ts';
import { queueAttributes } from '../../../emulator/sqs/queue-attributes.ts';
import { QueueFault } from '../../../emulator/sqs/queue-fault.ts';
import { RANGES } from '../../../emulator/sqs/queue-settings.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

const ENDPOINT = 'http://127.0.0.1:1';
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
  ],
});
const fault = (name: string) => expect.objectContaining({ name });

let queues: Queues;
beforeEach(() => {
  queues = new Queues();
});
afterEach(() => queues.close());

const attributesOf = (queue: Queue) => queueAttributes(queue, ['All']);
const redriveTo = (name: string, maxReceiveCount = 2) =>
  JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${name}`, maxReceiveCount });

describe('a requested queue', () => {
  it('has what was asked for, else the default', () => {
    const attributes = fc.record(
      Object.fromEntries(
        Object.entries(RANGES).map(([name, { from, to }]) => [name, fc.integer({ min: from, max: to }).map(String)]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(attributes, (asked) => {
        const queue = queues.request('q', asked as Record<string, string>, ENDPOINT);
        const defaults = Object.entries(RANGES).map(([name, range]) => [name, String(range.default)]);
        expect(attributesOf(queue)).toMatchObject({ ...Object.fromEntries(defaults), ...asked });
        queues.delete(queue);
      }),
    );
  });

  it('is the one that there is, if nothing is asked that it does not have', () => {
    const queue = queues.request('q', { VisibilityTimeout: '7', Policy: POLICY }, ENDPOINT);
    const spaced = JSON.stringify(JSON.parse(POLICY), undefined, 2);
    for (const asked of [{}, { VisibilityTimeout: '7' }, { Policy: spaced }, { SqsManagedSseEnabled: 'true' }]) {
      expect(queues.request('q', asked as Record<string, string>, ENDPOINT)).toBe(queue);
    }
    expect(() => queues.request('q', { VisibilityTimeout: '8' }, ENDPOINT)).toThrow(fault('QueueNameExists'));
    expect(attributesOf(queue).VisibilityTimeout).toBe('7');
  });

  it.each<[string, string, Record<string, string>]>([
    ['InvalidAttributeName', 'an attribute nobody has', { Color: 'red' }],
    ['InvalidAttributeName', 'one that is read only', { QueueArn: 'a' }],
    ['InvalidAttributeName', 'a FIFO queue', { FifoQueue: 'true' }],
    ['InvalidAttributeValue', 'a value out of range', { DelaySeconds: '901' }],
    ['InvalidAttributeValue', 'no number', { DelaySeconds: 'x' }],
    ['InvalidAttributeValue', 'a policy that is no JSON', { Policy: '{' }],
    ['InvalidAttributeValue', 'a policy that IAM refuses', { Policy: '{"Version":"2012-10-17"}' }],
    ['InvalidAttributeValue', 'a redrive policy that is no JSON', { RedrivePolicy: '{' }],
    ['InvalidParameterValue', 'a dead-letter queue that is not there', { RedrivePolicy: redriveTo('none') }],
  ])('is refused with %s for %s', (name, _, attributes) => {
    expect(() => queues.request('q', attributes, ENDPOINT)).toThrow(fault(name));
    expect(queues.all()).toEqual([]);
  });

  it.each(['', 'a b', 'q.fifo', 'x'.repeat(81)])('is refused under the name %j', (name) => {
    expect(() => queues.request(name, {}, ENDPOINT)).toThrow(fault('InvalidParameterValue'));
  });
});

describe('changed attributes', () => {
  it('leave the others as they are; an empty text takes one away', () => {
    queues.request('dead', {}, ENDPOINT);
    const queue = queues.request(
      'q',
      { VisibilityTimeout: '7', RedrivePolicy: redriveTo('dead'), Policy: POLICY },
      ENDPOINT,
    );
    queues.configure(queue, { DelaySeconds: '3' });
    const before = attributesOf(queue);
    expect(before).toMatchObject({ VisibilityTimeout: '7', DelaySeconds: '3' });
    expect([JSON.parse(before.RedrivePolicy ?? ''), JSON.parse(before.Policy ?? '')]).toEqual([
      JSON.parse(redriveTo('dead')),
      JSON.parse(POLICY),
    ]);
    queues.configure(queue, { RedrivePolicy: '', Policy: '' });
    const after = attributesOf(queue);
    expect([after.RedrivePolicy, after.Policy, after.VisibilityTimeout]).toEqual([undefined, undefined, '7']);
  });

  it('are SQS faults when they are wrong, whatever they are', () => {
    const queue = queues.request('q', {}, ENDPOINT);
    const asked = fc.dictionary(
      fc.constantFrom(...Object.keys(RANGES), 'RedrivePolicy', 'Policy'),
      fc.oneof(fc.string(), fc.json(), fc.integer().map(String)),
    );
    fc.assert(
      fc.property(asked, (attributes) => {
        const before = attributesOf(queue);
        try {
          queues.configure(queue, attributes);
        } catch (wrong) {
          expect(wrong).toBeInstanceOf(QueueFault);
          expect(attributesOf(queue)).toEqual(before);
        }
      }),
    );
  });
});
