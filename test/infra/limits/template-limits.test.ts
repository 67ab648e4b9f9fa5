import { describe, expect, it } from '@jest/globals';
import { measure } from '../../../infra/limits/measurements.ts';
import { type LimitName, refused, TEMPLATE_LIMITS } from '../../../infra/limits/template-limits.ts';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

const over = (limit: LimitName) => Math.ceil(TEMPLATE_LIMITS[limit].maximum * 1.01);
const text = (limit: LimitName) => 'x'.repeat(over(limit));
const list = <T>(limit: LimitName, item: T): T[] => Array.from({ length: over(limit) }, () => item);
const many = <T>(limit: LimitName, item: T) =>
  Object.fromEntries(list(limit, item).map((each, index) => [`A${index}`, each]));
const policy = (limit: LimitName) => ({ PolicyDocument: { Statement: [{ Sid: text(limit) }] } });
const of = (Type: string, Properties: object): Resources => ({ Planted: { Type, Properties: { ...Properties } } });
const rule = (key: object) => ({ Type: 'AWS::Events::Rule', Properties: { EventPattern: { key: [key] } } });
const board = (...properties: object[]) =>
  of('AWS::CloudWatch::Dashboard', {
    DashboardBody: JSON.stringify({ widgets: properties.map((each) => ({ properties: each })) }),
  });
const machine = (name: string, limit: LimitName) =>
  of('AWS::StepFunctions::StateMachine', { DefinitionSubstitutions: { [name]: text(limit) } });
const onRole = (Type: string, Properties: object = {}) => ({
  Type,
  Properties: { PolicyDocument: {}, Roles: [{ Ref: 'Role' }], ...Properties },
});

/** One template for each limit that is 1 % over it. */
const PLANTED: Record<LimitName, { Resources?: Resources; Outputs?: object; Parameters?: object }> = {
  'resources of a template': { Resources: many('resources of a template', { Type: 'AWS::SQS::Queue' }) },
  'outputs of a template': { Outputs: many('outputs of a template', { Value: '' }) },
  'parameters of a template': { Parameters: many('parameters of a template', { Type: 'String' }) },
  'size of a template': { Resources: of('AWS::SQS::Queue', { Description: text('size of a template') }) },
  'resources with nested stacks': { Resources: many('resources with nested stacks', { Type: 'AWS::SQS::Queue' }) },
  'inline policies of a role': {
    Resources: {
      Role: { Type: 'AWS::IAM::Role' },
      Half: onRole('AWS::IAM::Policy', policy('inline policies of a role')),
    },
  },
  'managed policy': { Resources: of('AWS::IAM::ManagedPolicy', policy('managed policy')) },
  'managed policies of a role': {
    Resources: {
      Role: { Type: 'AWS::IAM::Role' },
      ...many('managed policies of a role', onRole('AWS::IAM::ManagedPolicy')),
    },
  },
  'policy of a queue': { Resources: of('AWS::SQS::QueuePolicy', policy('policy of a queue')) },
  'statements of a queue policy': {
    Resources: of('AWS::SQS::QueuePolicy', { PolicyDocument: { Statement: list('statements of a queue policy', {}) } }),
  },
  'policy of a topic': { Resources: of('AWS::SNS::TopicPolicy', policy('policy of a topic')) },
  'policy of a bucket': { Resources: of('AWS::S3::BucketPolicy', policy('policy of a bucket')) },
  'policy of a key': { Resources: of('AWS::KMS::Key', { KeyPolicy: { Sid: text('policy of a key') } }) },
  'environment of a function': {
    Resources: of('AWS::Lambda::Function', { Environment: { Variables: { A: text('environment of a function') } } }),
  },
  'pattern of a rule': { Resources: { Planted: rule({ prefix: text('pattern of a rule') }) } },
  'rules of an event bus': { Resources: many('rules of an event bus', rule({ prefix: 'a' })) },
  'rules with wildcards': { Resources: many('rules with wildcards', rule({ wildcard: 'a*b' })) },
  'input template of a rule': {
    Resources: of('AWS::Events::Rule', {
      Targets: [{ InputTransformer: { InputTemplate: text('input template of a rule') } }],
    }),
  },
  'input of a schedule': {
    Resources: of('AWS::Scheduler::Schedule', { Target: { Input: text('input of a schedule') } }),
  },
  'definition of a state machine': { Resources: machine('Comment', 'definition of a state machine') },
  'input of a state': { Resources: machine('Parameter', 'input of a state') },
  'widgets of a dashboard': { Resources: board(...list('widgets of a dashboard', {})) },
  'metrics of a widget': { Resources: board({ metrics: list('metrics of a widget', []) }) },
  'metrics of a dashboard': {
    Resources: board(...Array.from({ length: 6 }, () => ({ metrics: Array.from({ length: 421 }, () => []) }))),
  },
  'alarms of a widget': { Resources: board({ alarms: list('alarms of a widget', '') }) },
  'CORS rules of a bucket': {
    Resources: of('AWS::S3::Bucket', { CorsConfiguration: { CorsRules: list('CORS rules of a bucket', {}) } }),
  },
};
const token = (name: string) => `\${${name}}`;
const ASL = JSON.stringify({ Comment: token('Comment'), States: { One: { Parameters: { a: token('Parameter') } } } });

const refusals = ({ Resources = {}, ...rest }: (typeof PLANTED)[LimitName]) =>
  refused(
    measure({ name: 'Stack', template: { Resources, ...rest } as never, nested: {}, definitions: { Planted: ASL } }),
  );

describe.each(Object.keys(PLANTED) as LimitName[])('%s', (limit) => {
  it('is refused at 101 % by its name, with value, maximum, source and what makes it grow', () => {
    const { maximum, unit, grows, source } = TEMPLATE_LIMITS[limit];
    const said = refusals(PLANTED[limit]).find((line) => line.includes(`: ${limit} is `));
    expect(said).toMatch(/^(Planted|Stack|Role|A0): /);
    expect(said).toContain(`${unit}, AWS accepts ${maximum} (${source}); it grows with ${grows}`);
  });
});

it('nothing is refused that AWS takes', () => {
  expect(refusals({ Resources: of('AWS::SQS::QueuePolicy', { PolicyDocument: { Statement: [] } }) })).toEqual([]);
});

describe('the longest that a value may be', () => {
  const pattern = (name: unknown) => {
    const Resources = {
      ...of('AWS::Events::Rule', { EventPattern: name }),
      Queue: { Type: 'AWS::SQS::Queue' },
      Named: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'named' } },
    };
    return measure({ name: 'Stack', template: { Resources } as never, nested: {}, definitions: {} }).find(
      ({ limit }) => limit === 'pattern of a rule',
    )?.value;
  };
  const QUEUE_ARN = 'arn:aws-us-gov:sqs:ap-southeast-1:111111111111:'.length + 80;

  it.each<[unknown, number]>([
    [{ Ref: 'AWS::AccountId' }, 12],
    [{ Ref: 'Named' }, 5],
    [{ 'Fn::GetAtt': ['Named', 'Arn'] }, 'arn:aws-us-gov:s3:::named'.length],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, QUEUE_ARN],
    [{ 'Fn::Sub': `<${token('Queue.Arn')}>` }, QUEUE_ARN + 2],
    [{ 'Fn::Sub': [`<${token('A')}>`, { A: 'abc' }] }, 5],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Named' }]] }, 7],
    [{ 'Fn::If': ['Condition', 'short', 'much longer'] }, 11],
  ])('%j', (value, characters) => {
    expect(pattern(value)).toBe(characters + 2);
  });
});
