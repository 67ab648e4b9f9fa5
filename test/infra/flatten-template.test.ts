import { expect, it } from '@jest/globals';
import { flatten } from '../../infra/flatten-template.ts';

const nestedStack = {
  Type: 'AWS::CloudFormation::Stack',
  DependsOn: 'Before',
  Properties: { Parameters: { p: { Ref: 'Before' } } },
};
const parent = {
  Resources: {
    Before: { Type: 'AWS::SQS::Queue' },
    Nested: nestedStack,
    After: { Type: 'AWS::SQS::Queue', DependsOn: ['Nested'] },
  },
};

it('one template has all resources, with what nested stacks are given and wait for', () => {
  const Nested = {
    Resources: {
      One: { Type: 'AWS::SNS::Topic', Properties: { Name: { 'Fn::Join': ['', ['a', { Ref: 'p' }]] } } },
      Two: { Type: 'AWS::SNS::Topic', DependsOn: 'One' },
    },
  };
  expect(flatten({ template: parent, nested: { Nested } }).Resources).toEqual({
    Before: { Type: 'AWS::SQS::Queue' },
    One: {
      Type: 'AWS::SNS::Topic',
      DependsOn: ['Before'],
      Properties: { Name: { 'Fn::Join': ['', ['a', { Ref: 'Before' }]] } },
    },
    Two: { Type: 'AWS::SNS::Topic', DependsOn: ['One'] },
    After: { Type: 'AWS::SQS::Queue', DependsOn: ['One', 'Two'] },
  });
});

it('tells resources of one logical id apart by their stacks', () => {
  const Nested = {
    Resources: {
      Before: { Type: 'AWS::SNS::Topic' },
      Two: { Type: 'AWS::SNS::Topic', DependsOn: 'Before', Properties: { Name: { 'Fn::GetAtt': ['Before', 'Arn'] } } },
    },
  };
  expect(flatten({ template: parent, nested: { Nested } }).Resources).toEqual({
    Before: { Type: 'AWS::SQS::Queue' },
    NestedBefore: { Type: 'AWS::SNS::Topic', DependsOn: ['Before'] },
    Two: {
      Type: 'AWS::SNS::Topic',
      DependsOn: ['NestedBefore'],
      Properties: { Name: { 'Fn::GetAtt': ['NestedBefore', 'Arn'] } },
    },
    After: { Type: 'AWS::SQS::Queue', DependsOn: ['NestedBefore', 'Two'] },
  });
});

it.each([
  [{ One: { Type: 'AWS::SQS::Queue', Properties: { Name: { Ref: 'AWS::StackName' } } } }, 'refers to AWS::StackName'],
])('refuses what would mean another thing in one template: %j', (Resources, message) => {
  expect(() => flatten({ template: parent, nested: { Nested: { Resources } as never } })).toThrow(message);
});
