// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { describe, expect, it } from '@jest/globals';
import { type Resource, readTemplate } from '../../../emulator/cloudformation/template.ts';

const RESOURCES: Record<string, Resource> = {
  Uploads1A2B: { Type: 'AWS::S3::Bucket' },
  Named: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'my-bucket' } },
  Tagger: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: { 'Fn::Join': ['-', ['tag', 'object']] } } },
  Machine: { Type: 'AWS::StepFunctions::StateMachine' },
  Topic: { Type: 'AWS::SNS::Topic' },
  Queue: { Type: 'AWS::SQS::Queue' },
  Role: { Type: 'AWS::IAM::Role' },
  Key: { Type: 'AWS::KMS::Key' },
  Dashboard: { Type: 'AWS::CloudWatch::Dashboard' },
};

/** What a property with this value comes to. */
function resolved(value: unknown, more: Record<string, Resource> = {}): unknown {
  const stack = readTemplate({
    Resources: { ...RESOURCES, ...more, Probe: { Type: 'Probe', Properties: { value } } },
  });
  return stack.resources.get('Probe')?.properties.value;
}

describe('Ref and Fn::GetAtt', () => {
  it.each([
    [{ Ref: 'Uploads1A2B' }, 'uploads1a2b'],
    [{ Ref: 'Named' }, 'my-bucket'],
    [{ Ref: 'Tagger' }, 'tag-object'],
    [{ Ref: 'Machine' }, 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine'],
    [{ Ref: 'Topic' }, 'arn:aws:sns:us-east-1:000000000000:Topic'],
    [{ Ref: 'Role' }, 'Role'],
    [{ 'Fn::GetAtt': ['Named', 'Arn'] }, 'arn:aws:s3:::my-bucket'],
    [{ 'Fn::GetAtt': 'Named.Arn' }, 'arn:aws:s3:::my-bucket'],
    [{ 'Fn::GetAtt': ['Tagger', 'Arn'] }, 'arn:aws:lambda:us-east-1:000000000000:function:tag-object'],
    [{ 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::000000000000:role/Role'],
    [{ 'Fn::GetAtt': ['Key', 'Arn'] }, 'arn:aws:kms:us-east-1:000000000000:key/Key'],
    [{ 'Fn::GetAtt': ['Queue', 'QueueName'] }, 'Queue'],
    [{ 'Fn::GetAtt': ['Topic', 'TopicName'] }, 'Topic'],
    [{ 'Fn::GetAtt': ['Machine', 'Name'] }, 'Machine'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'AWS::AccountId' }, '000000000000'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
  ])('%j is %j', (value, expected) => {
    expect(resolved(value)).toBe(expected);
  });

  const region = (name: string) => ({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, name] });
  it.each<[unknown, unknown]>([
    [region('us-east-1'), ['always', 'yes']],
    [region('me-south-1'), ['always']],
    [{ 'Fn::Not': [region('us-east-1')] }, ['always']],
    [{ 'Fn::And': [region('us-east-1'), region('me-south-1')] }, ['always']],
    [{ 'Fn::Or': [region('us-east-1'), region('me-south-1')] }, ['always', 'yes']],
    [{ 'Fn::And': [{ Condition: 'Other' }, { 'Fn::Not': [region('me-south-1')] }] }, ['always', 'yes']],
  ])('of Fn::If decides a condition: %j', (condition, expected) => {
    const value = ['always', { 'Fn::If': ['Wanted', 'yes', { Ref: 'AWS::NoValue' }] }];
    const stack = readTemplate({
      Conditions: { Wanted: condition, Other: region('us-east-1') },
      Resources: { Probe: { Type: 'Probe', Properties: { value } } },
    });
    expect(stack.resources.get('Probe')?.properties.value).toEqual(expected);
  });

  it.each([
    [{ 'Fn::If': ['Nobody', 1, 2] }, {}, /Nobody/],
    [{ 'Fn::If': ['Odd', 1, 2] }, { Odd: { 'Fn::Contains': [] } }, /Fn::Contains/],
  ])('is an error for a condition that it cannot decide: %j', (value, Conditions, message) => {
    const Resources = { Probe: { Type: 'Probe', Properties: { value } } };
    expect(() => readTemplate({ Conditions, Resources })).toThrow(message);
  });

  it('leaves out what refers to AWS::NoValue', () => {
    const none = { Ref: 'AWS::NoValue' };
    expect(resolved({ a: none, b: [1, none, 2], c: { 'Fn::Join': ['', ['x', none, 'y']] } })).toEqual({
      b: [1, 2],
      c: 'xy',
    });
  });

  it.each([
    [{ Ref: 'Nobody' }, /Nobody/],
    [{ Ref: 'AWS::NotificationARNs' }, /AWS::NotificationARNs/],
    [{ 'Fn::GetAtt': ['Nobody', 'Arn'] }, /Nobody/],
    [{ 'Fn::GetAtt': ['Named', 'DomainName'] }, /Named\.DomainName/],
    [{ 'Fn::GetAtt': ['Named', 'RegionalDomainName'] }, /RegionalDomainName/],
    [{ 'Fn::GetAtt': ['Dashboard', 'Arn'] }, /Dashboard\.Arn/],
    [{ 'Fn::ImportValue': 'x' }, /Fn::ImportValue/],
    [{ 'Fn::If': ['Wanted', 1, 2] }, /Wanted/],
    [{ 'Fn::Base64': 'x' }, /Fn::Base64/],
  ])('refuses %j by name', (value, named) => {
    expect(() => resolved(value)).toThrow(named);
  });
});

describe('text functions', () => {
  it.each([
    [{ 'Fn::Join': ['/', ['a', { Ref: 'Named' }, 'b']] }, 'a/my-bucket/b'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Topic', 'Arn'] }] }] }, 'aws'],
    [{ 'Fn::Select': ['0', ['a', 'b']] }, 'a'],
    [{ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::${Named}/*' }, 'arn:aws:s3:::my-bucket/*'],
    [{ 'Fn::Sub': '${Queue.Arn}' }, 'arn:aws:sqs:us-east-1:000000000000:Queue'],
    [{ 'Fn::Sub': ['${name} of ${Named}', { name: { Ref: 'Role' } }] }, 'Role of my-bucket'],
    [{ 'Fn::Sub': '${!Literal} $ {x} $' }, '${Literal} $ {x} $'],
  ])('%j is %j', (value, expected) => {
    expect(resolved(value)).toBe(expected);
  });

  it('does not take a variable for one that every object has', () => {
    expect(() => resolved({ 'Fn::Sub': '${constructor}' })).toThrow(/constructor/);
  });
});

describe('a stack', () => {
  const stack = readTemplate({ Resources: RESOURCES });

  it('finds resources by type and by ARN', () => {
    expect(stack.ofType('AWS::S3::Bucket').map(({ ref }) => ref)).toEqual(['uploads1a2b', 'my-bucket']);
    expect(stack.byArn('arn:aws:s3:::my-bucket')?.logicalId).toBe('Named');
    expect(stack.byArn('arn:aws:s3:::nobody')).toBeUndefined();
  });

  it('does not touch what only looks like a function', () => {
    const policy = { Statement: [{ Condition: { StringEquals: { 's3:ExistingObjectTag/scan-status': '${x}' } } }] };
    expect(resolved(policy)).toEqual(policy);
    expect(resolved({ Ref: 'Named', Other: 1 })).toEqual({ Ref: 'Named', Other: 1 });
  });

  it('has the name that it was given', () => {
    const Outputs = { Name: { Value: { Ref: 'AWS::StackName' } } };
    const { name, outputs } = readTemplate({ Resources: RESOURCES, Outputs }, { stackName: 'Prod' });
    expect([name, outputs[0]?.value]).toEqual(['Prod', 'Prod']);
  });

  it('says what its outputs come to', () => {
    const Outputs = {
      Url: { Value: { Ref: 'Queue' } },
      Names: { Value: { 'Fn::Join': [', ', [{ Ref: 'Named' }, 'x']] }, Description: 'two' },
    };
    expect(readTemplate({ Resources: RESOURCES, Outputs }, { sqsEndpoint: 'http://127.0.0.1:1' }).outputs).toEqual([
      { key: 'Url', value: 'http://127.0.0.1:1/000000000000/Queue', description: undefined },
      { key: 'Names', value: 'my-bucket, x', description: 'two' },
    ]);
  });

  it('gives buckets names that S3 allows, and different ones', () => {
    const long = 'VeryLongLogicalIdOfTheConstructThatHoldsTheBucketOfUploadsInAStack';
    const { resources } = readTemplate({
      Resources: { [`${long}1A2B3C4D`]: { Type: 'AWS::S3::Bucket' }, [`${long}5E6F7A8B`]: { Type: 'AWS::S3::Bucket' } },
    });
    const names = [...resources.values()].map(({ ref }) => ref);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]{3,63}$/);
  });
});
