import { describe, expect, it } from '@jest/globals';
import { readTemplate, type Template } from '../../../emulator/cloudformation/template.ts';
import { createAuthorizer } from '../../../emulator/iam/authorizer.ts';
import { loadSchedules } from '../../../emulator/scheduler/schedules.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:M';

function schedules(action: string, State = 'ENABLED', others: Template['Resources'] = {}) {
  const Statement = [
    { Effect: 'Allow', Action: action, Resource: MACHINE },
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE },
  ];
  const grant = { Version: '2012-10-17', Statement };
  const stack = readTemplate({
    Resources: {
      ...others,
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: grant }] } },
      Nightly: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          State,
          Target: {
            Arn: MACHINE,
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Input: '{"bucket":"b","at":"<aws.scheduler.scheduled-time>","other":"<untouched>"}',
            DeadLetterConfig: { Arn: QUEUE },
          },
        },
      },
    },
  });
  const started: [string, unknown][] = [];
  const dead: [string, string][] = [];
  const loaded = loadSchedules({
    stack,
    iam: createAuthorizer({ stack, people: [] }),
    start: (arn, input) => void started.push([arn, input]),
    deadLetter: (queueArn, input) => void dead.push([queueArn, input]),
  });
  return { ...loaded, started, dead };
}

describe('a schedule', () => {
  const time = new Date('2026-11-21T03:00:00.123Z');

  it('starts its target with the time it was meant to', async () => {
    const { names, fire, started } = schedules('states:StartExecution');
    expect(names).toEqual(['Nightly']);
    await fire('Nightly', time);
    expect(started).toEqual([[MACHINE, { bucket: 'b', at: '2026-11-21T03:00:00Z', other: '<untouched>' }]]);
  });

  it('leaves its input in the dead-letter queue when its role may not', async () => {
    const { fire, started, dead } = schedules('states:DescribeExecution');
    await expect(fire('Nightly', time)).rejects.toThrow(/may not start/);
    expect(started).toEqual([]);
    expect(dead).toEqual([[QUEUE, expect.stringContaining('"bucket":"b"')]]);
  });

  it('does nothing when it is disabled or not there', async () => {
    const { names, fire } = schedules('states:StartExecution', 'DISABLED');
    expect(names).toEqual([]);
    await expect(fire('Nightly', time)).rejects.toThrow(/no schedule Nightly/);
  });

  it('needs the consent of its dead-letter queue too', async () => {
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: QUEUE }];
    const PolicyDocument = { Version: '2012-10-17', Statement };
    const { fire, started } = schedules('states:StartExecution', 'ENABLED', {
      q: { Type: 'AWS::SQS::Queue' },
      QueuePolicy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'q' }], PolicyDocument } },
    });
    await expect(fire('Nightly', time)).rejects.toThrow(/may not use its dead-letter queue/);
    expect(started).toEqual([]);
  });
});
