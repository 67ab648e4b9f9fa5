import { afterEach, expect, it } from '@jest/globals';
import { MovableClock } from '../../../emulator/clock.ts';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { watchAlarms } from '../../../emulator/cloudwatch/alarms.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';
import { followPeriods } from '../../../local/stack/metrics.ts';
import { queueAges } from '../../../local/stack/queues.ts';

const PERIOD = 300_000;
const alarm = (MetricName: string, more: object = {}) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'AWS/SQS',
    MetricName,
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } }],
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Statistic: 'Maximum',
    Threshold: 1,
    Period: PERIOD / 1000,
    ...more,
  },
});
const clock = new MovableClock({ stoppedAt: 0 });
const queues = new Queues({ clock });
let end = () => {};
afterEach(() => {
  end();
  queues.close();
});

it('measures every queue at the end of a period, and an alarm is OK after one without', async () => {
  const stack = readTemplate({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 3600 } },
      Waiting: alarm('ApproximateNumberOfMessagesVisible'),
      InFlight: alarm('ApproximateNumberOfMessagesNotVisible'),
      Old: alarm('ApproximateAgeOfOldestMessage', { Threshold: 400 }),
      Lasting: alarm('ApproximateNumberOfMessagesVisible', { EvaluationPeriods: 2 }),
    },
  });
  queues.createAll(stack);
  const [queue] = queues.all();
  const alarms = watchAlarms(stack, () => {}, 0);
  end = followPeriods(alarms, queues, queueAges(queues, clock), clock);
  const off = async () => {
    await clock.advance(PERIOD);
    return alarms.states().flatMap(({ alarm: { logicalId }, wentOffAt }) => (wentOffAt ? [logicalId] : []));
  };
  expect(await off()).toEqual([]);
  queue?.send({ body: 'one' });
  expect(await off()).toEqual(['Waiting']);
  expect(await off()).toEqual(['Waiting', 'Old', 'Lasting']);
  const [message] = queue?.receive(1) ?? [];
  expect(await off()).toEqual(['InFlight']);
  queue?.delete(message?.receiptHandle ?? '');
  expect(await off()).toEqual([]);
  queue?.send({ body: 'after the end' });
  end();
  expect(await off()).toEqual([]);
});
