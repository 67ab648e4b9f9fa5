import { describe, expect, it } from '@jest/globals';
import { PolicyEngine, type Question } from '../../../emulator/iam/policy-engine.ts';

const user = (...Statement: object[]) => ({
  arn: 'arn:aws:iam::000000000000:user/u',
  policies: [{ name: 'own', document: { Version: '2012-10-17', Statement } }],
});
const allow = (Action: string, Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const ask = (question: Partial<Question>) =>
  new PolicyEngine().decide({
    principal: user(),
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/key',
    context: {},
    ...question,
  });

const variable = (name: string) => `\${${name}}`;

const KEYS = [
  '*',
  '?',
  'a*b',
  variable('aws:username'),
  'a\nb',
  ':',
  'ä/😀',
  '\ud800',
  '../../local',
  '//',
  'k'.repeat(1024),
];

describe('keys are data', () => {
  it.each(KEYS)('%j where all objects are the same', async (key) => {
    const resource = `arn:aws:s3:::b/${key}`;
    expect(await ask({ principal: user(allow('s3:GetObject', 'arn:aws:s3:::b/*')), resource })).toMatchObject({
      allowed: true,
    });
    expect(await ask({ principal: user(allow('s3:GetObject', 'arn:aws:s3:::c/*')), resource })).toMatchObject({
      allowed: false,
    });
  });

  it.each(KEYS)('%j where they are not', async (key) => {
    const principal = user(allow('s3:GetObject', 'arn:aws:s3:::b/in/*'));
    expect(await ask({ principal, resource: `arn:aws:s3:::b/in/${key}` })).toMatchObject({ allowed: true });
    expect(await ask({ principal, resource: `arn:aws:s3:::b/${key}` })).toMatchObject({ allowed: false });
  });
});

describe('answers to tasks', () => {
  const resource = 'arn:aws:states:us-east-1:000000000000:stateMachine:Scan';
  const ACTIONS = ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'];

  it.each(ACTIONS)('%s is decided on the state machine, as on AWS', async (action) => {
    for (const granted of [resource, '*', `${resource.slice(0, -1)}?`]) {
      const principal = user({ Effect: 'Allow', Action: ACTIONS, Resource: ['arn:aws:states:*:*:other', granted] });
      expect(await ask({ principal, action, resource })).toEqual({
        allowed: true,
        reason: '',
        grants: [{ principal: principal.arn, action, resource: granted }],
      });
    }
    const other = user(allow(action, `${resource}2`));
    expect(await ask({ principal: other, action, resource })).toMatchObject({ allowed: false, grants: [] });
    const denied = user(allow(action, '*'), { Effect: 'Deny', Action: 'states:*', Resource: resource });
    expect(await ask({ principal: denied, action, resource })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('denies'),
    });
    expect(await ask({ principal: 'events.amazonaws.com', action, resource })).toMatchObject({ allowed: false });
  });
});

describe('answers', () => {
  it('name the grant, or what refused', async () => {
    const resource = 'arn:aws:s3:::b/*';
    const principal = user({
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: [resource, 'arn:aws:s3:::c'],
    });
    expect(await ask({ principal })).toEqual({
      allowed: true,
      reason: '',
      grants: [{ principal: principal.arn, action: 's3:GetObject', resource }],
    });
    expect((await ask({})).reason).toBe('nothing allows arn:aws:iam::000000000000:user/u to');
    const denied = user(allow('s3:*', '*'), { Sid: 'No', Effect: 'Deny', Action: 's3:GetObject', Resource: '*' });
    expect((await ask({ principal: denied })).reason).toBe('No');
  });

  it('are kept apart by what the policies look at, and by nothing else', async () => {
    const engine = new PolicyEngine();
    const principal = user(
      allow('s3:GetObject', 'arn:aws:s3:::b/*', { StringEquals: { 's3:ExistingObjectTag/a': '1' } }),
    );
    const decide = (key: string, context: Record<string, string>) =>
      engine.decide({ principal, action: 's3:GetObject', resource: `arn:aws:s3:::b/${key}`, context });
    const first = await decide('one', { 's3:ExistingObjectTag/a': '1', 'aws:CurrentTime': '2026-01-01T00:00:00Z' });
    expect(await decide('two', { 's3:existingobjecttag/A': '1' })).toMatchObject({ allowed: true });
    expect(await decide('two', { 's3:ExistingObjectTag/a': '1' })).toBe(first);
    expect(await decide('two', { 's3:ExistingObjectTag/a': '2' })).toMatchObject({ allowed: false });
    expect(await decide('two', {})).toMatchObject({ allowed: false });
  });

  it('with policy variables depend on everything', async () => {
    const principal = user(allow('s3:GetObject', `arn:aws:s3:::b/${variable('aws:PrincipalTag/team')}/*`));
    const team = (name: string) =>
      ask({ principal, resource: 'arn:aws:s3:::b/x/1', context: { 'aws:PrincipalTag/team': name } });
    expect([(await team('x')).allowed, (await team('y')).allowed]).toEqual([true, false]);
  });

  it('prepared and not given are not on record', async () => {
    const engine = new PolicyEngine();
    const question = { principal: user(), action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context: {} };
    const give = await engine.prepare(question);
    expect(engine.answers()).toEqual([]);
    expect([give()]).toEqual(engine.answers());
  });
});

describe('a question that cannot be decided is an error, never a permission', () => {
  const everything = user(allow('*', '*'));

  it.each([
    ['an action that is none', { action: 's3:GetNothing' }],
    ['a service that is none', { action: 'nothing:Get' }],
    ['a resource of another kind', { resource: 'arn:aws:sqs:us-east-1:000000000000:q' }],
    ['an identity policy that IAM would refuse', { principal: user({ Effect: 'Maybe', Action: '*', Resource: '*' }) }],
    [
      'a resource policy that IAM would refuse',
      { resourcePolicy: { name: 'bad', document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] } } },
    ],
  ] as const)('%s', async (_, question) => {
    await expect(ask({ principal: everything, ...question })).rejects.toThrow(/cannot be decided|^policy /);
  });
});

describe('sessions', () => {
  it('are known by their role, to conditions and to policies', async () => {
    const arn = 'arn:aws:iam::000000000000:role/path/R';
    const principal = { arn, policies: user(allow('s3:*', '*')).policies };
    const except = {
      name: 'bucket',
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: 'arn:aws:s3:::b/*',
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': [arn] } },
          },
        ],
      },
    };
    expect(await ask({ principal, resourcePolicy: except })).toMatchObject({ allowed: true });
    const other = { ...principal, arn: 'arn:aws:iam::000000000000:role/R' };
    expect(await ask({ principal: other, resourcePolicy: except })).toMatchObject({ allowed: false });
  });
});
