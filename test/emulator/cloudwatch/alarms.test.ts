import { describe, expect, it } from '@jest/globals';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { watchAlarms } from '../../../emulator/cloudwatch/alarms.ts';

const QUEUE_DEPTH = { Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible' };

function watch(properties: object) {
  const published: { topicArn: string; subject: string; message: Record<string, unknown> }[] = [];
  const stack = readTemplate({
    Resources: {
      Topic: { Type: 'AWS::SNS::Topic' },
      Rings: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmActions: [{ Ref: 'Topic' }],
          AlarmDescription: 'Look there.',
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          Dimensions: [{ Name: 'QueueName', Value: 'lost' }],
          Statistic: 'Maximum',
          Threshold: 1,
          Period: 300,
          ...QUEUE_DEPTH,
          ...properties,
        },
      },
    },
  });
  const alarms = watchAlarms(
    stack,
    (topicArn, subject, message) => published.push({ topicArn, subject, message: JSON.parse(message) }),
    0,
  );
  const measure = (value: number, QueueName = 'lost') =>
    alarms.record({
      namespace: QUEUE_DEPTH.Namespace,
      metricName: QUEUE_DEPTH.MetricName,
      dimensions: { QueueName },
      value,
    });
  let ended = 0;
  /** Measures, and ends the period of five minutes. */
  const period = (...values: number[]) => {
    for (const value of values) measure(value);
    ended += 300_000;
    alarms.endPeriods(ended);
    return alarms.states().map(({ wentOffAt }) => (wentOffAt === undefined ? 'OK' : 'ALARM'))[0];
  };
  return { alarms, published, measure, period };
}

describe('watchAlarms', () => {
  it('publishes to the alarm’s topic when its metric reaches the threshold', () => {
    const { alarms, published, measure } = watch({});
    measure(0);
    expect(published).toEqual([]);
    measure(1);
    expect(alarms.rung()).toEqual(['Rings']);
    expect(published).toEqual([
      {
        topicArn: 'arn:aws:sns:us-east-1:000000000000:Topic',
        subject: 'ALARM: "Rings" in us-east-1',
        message: expect.objectContaining({ NewStateValue: 'ALARM', AlarmDescription: 'Look there.' }),
      },
    ]);
  });

  it('goes off once for as long as it is in alarm', () => {
    const { published, measure } = watch({});
    measure(1);
    measure(2);
    expect(published).toHaveLength(1);
  });

  it('does not listen to the same metric of another resource', () => {
    const { published, measure } = watch({});
    measure(5, 'another');
    expect(published).toEqual([]);
  });

  it('adds up where the statistic is a sum, takes the highest where it is a maximum', () => {
    const sum = watch({ Statistic: 'Sum', Threshold: 3 });
    const maximum = watch({ Threshold: 3 });
    for (const value of [2, 1]) {
      sum.measure(value);
      maximum.measure(value);
    }
    expect(sum.alarms.rung()).toEqual(['Rings']);
    expect(maximum.alarms.rung()).toEqual([]);
  });

  it('is OK again after a period that is, and goes off again after that', () => {
    const { alarms, published, period } = watch({});
    expect([period(1), period(0, 1), period(0), period(1)]).toEqual(['ALARM', 'ALARM', 'OK', 'ALARM']);
    expect(alarms.rung()).toEqual(['Rings', 'Rings']);
    expect(published).toHaveLength(2);
  });

  it.each([
    ['notBreaching', 'OK'],
    ['breaching', 'ALARM'],
    ['missing', 'ALARM'],
  ])('a period without data, %s, leaves it %s', (TreatMissingData, state) => {
    const { period } = watch({ TreatMissingData });
    period(1);
    expect(period()).toBe(state);
  });

  it('waits for as many periods in a row as it needs', () => {
    const { period, measure, alarms } = watch({ EvaluationPeriods: 3 });
    expect([1, 1, 0, 1, 1].map((value) => period(value))).toEqual(['OK', 'OK', 'OK', 'OK', 'OK']);
    measure(1);
    expect(alarms.rung()).toEqual(['Rings']);
  });

  it('ends no period before it is over', () => {
    const { period } = watch({ Period: 900 });
    expect([period(1), period(0), period(0), period(0)]).toEqual(['ALARM', 'ALARM', 'ALARM', 'ALARM']);
    expect([period(0), period(0)]).toEqual(['ALARM', 'OK']);
  });

  it('refuses a statistic or a comparison that it would get wrong', () => {
    expect(() => watch({ Statistic: 'Average' }).measure(1)).toThrow('alarm Rings: Average has no local counterpart');
    expect(() => watch({ ComparisonOperator: 'LessThanLowerThreshold' }).measure(1)).toThrow('LessThanLowerThreshold');
  });
});
