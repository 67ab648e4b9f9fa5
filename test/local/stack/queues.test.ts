import { expect, it } from '@jest/globals';
import { MovableClock } from '../../../emulator/clock.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';
import { queueAges } from '../../../local/stack/queues.ts';

it('measures the age of the first message that waits, and leaves out what was received three times', async () => {
  const clock = new MovableClock({ stoppedAt: 1_000_000 });
  const queues = new Queues({ clock, onDeliver: () => 'deliver' });
  const queue = queues.create({
    arn: 'arn:aws:sqs:us-east-1:000000000000:q',
    ref: 'http://sqs/000000000000/q',
    properties: { VisibilityTimeout: 60 },
  });
  const age = () => queueAges(queues, clock)('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: 'q' });
  expect(age()).toBeUndefined();
  queue.send({ body: 'killer' });
  await clock.advance(10_000);
  expect(age()).toBe(10);
  for (const receives of [1, 2]) {
    queue.receive(1);
    await clock.advance(60_000);
    expect(age()).toBe(10 + 60 * receives);
  }
  queue.receive(1);
  await clock.advance(60_000);
  expect(age()).toBeUndefined();
  queue.send({ body: 'new' });
  await clock.advance(5000);
  expect(age()).toBe(5);
  queues.close();
});
