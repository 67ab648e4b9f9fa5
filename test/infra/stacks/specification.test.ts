import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it, test } from '@jest/globals';
import type { Resource, Template } from '../../../infra/synthesize.ts';
import { CONFIGURATIONS, optionsLeftAtDefaults } from '../../support/template/configurations.ts';
import { loadSpecification, type Specification } from '../../support/template/specification.ts';
import type { ChildResult } from '../synthesize-in-child.ts';

/** Finished templates against CloudFormation's resource specification. The rules of CDK and cdk-nag: airlock-stack.test.ts. */
let specification: Specification;
let templates: Readonly<Record<string, Template>>;

beforeAll(() => {
  const { NODE_OPTIONS, ...env } = process.env;
  const child = spawnSync(process.execPath, ['test/infra/synthesize-in-child.ts', '--templates-only'], {
    input: JSON.stringify(Object.values(CONFIGURATIONS)),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    env,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  const results = JSON.parse(child.stdout) as ChildResult[];
  templates = Object.fromEntries(Object.keys(CONFIGURATIONS).map((name, at) => [name, results[at]?.template])) as never;
  specification = loadSpecification();
}, 120_000);

test('the configurations set every option to something else than its default', () => {
  expect(optionsLeftAtDefaults()).toEqual([]);
});

test.each(Object.keys(CONFIGURATIONS))('every resource is as CloudFormation specifies it: %s', (name) => {
  expect(specification.faults(templates[name] as Template)).toEqual([]);
});

describe('a fault that is planted into the default template is found', () => {
  /** The default template with the first resource of the type replaced. */
  const planted = (type: string, change: (properties: NonNullable<Resource['Properties']>) => object) => {
    const { Resources } = templates['the defaults'] as Template;
    const [id, resource] = Object.entries(Resources).find(([, { Type }]) => Type === type) ?? [];
    if (id === undefined || resource?.Properties === undefined) throw new Error(`no ${type}`);
    return [id, { ...Resources, [id]: { ...resource, Properties: change(resource.Properties) } }] as const;
  };
  const without = (name: string) => (properties: object) =>
    Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));
  const having = (more: object) => (properties: object) => ({ ...properties, ...more });
  const ALARM = 'AWS::CloudWatch::Alarm';
  const RULE = 'AWS::Events::Rule';

  it.each([
    ['an unknown property', ALARM, having({ WarmUp: 5 }), 'WarmUp: no such property'],
    [
      'an unknown property of a property',
      ALARM,
      having({ WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 5, Minutes: 5 } }),
      'WarmUpConfiguration.Minutes: no such property',
    ],
    [
      'a wrong type',
      'AWS::SQS::Queue',
      having({ KmsMasterKeyId: ['x'] }),
      'KmsMasterKeyId: ["x"] is not of type string',
    ],
    ['a text for a number', ALARM, having({ EvaluationPeriods: '3' }), 'EvaluationPeriods: "3" is not of type integer'],
    [
      'a wrong type in a list',
      RULE,
      having({ Targets: [{ Arn: 'a', Id: 5 }] }),
      'Targets[0].Id: 5 is not of type string',
    ],
    [
      'a wrong type in one branch of Fn::If',
      ALARM,
      having({ Threshold: { 'Fn::If': ['X', 1, { a: 1 }] } }),
      'Threshold: {"a":1} is not of type number',
    ],
    ['a missing property', 'AWS::Lambda::EventSourceMapping', without('FunctionName'), 'FunctionName: is required'],
    ['a missing property of a property', RULE, having({ Targets: [{ Arn: 'a' }] }), 'Targets[0].Id: is required'],
    ['a tag without a value', 'AWS::SQS::Queue', having({ Tags: [{ Key: 'k' }] }), 'Tags[0].Value: is required'],
  ])('%s', (_, type, change, fault) => {
    const [id, Resources] = planted(type, change);
    expect(specification.faults({ Resources })).toEqual([`${id} (${type}) ${fault}`]);
  });

  it('an unknown type of resource', () => {
    const Resources = { Odd: { Type: 'AWS::SQS::Quueue' } };
    expect(specification.faults({ Resources })).toEqual(['Odd (AWS::SQS::Quueue) : no such resource type']);
  });
});

describe('an update', () => {
  const replacedBy = (before: string, after: string) =>
    specification.replaced(templates[before] as Template, templates[after] as Template);

  it('that adds a bucket replaces nothing', () => {
    expect(replacedBy('the defaults', 'one more bucket')).toEqual([]);
    expect(replacedBy('one more bucket', 'the defaults')).toEqual([]);
  });

  it('of options replaces only what the docs say', () => {
    const ids = Object.keys(CONFIGURATIONS).flatMap((name) => replacedBy('the defaults', name));
    expect([...new Set(ids.map((id) => id.replace(/[0-9A-F]{8}$/, '')))].sort()).toEqual([
      // `stackName`: the names of three logs have the name of the stack, and another name is another stack.
      'HuntBucketLogs',
      // `quarantine.objectLockDays`: docs/operations/quarantine.md. The old bucket and its policy are kept.
      'Quarantine',
      'QuarantinePolicy',
      'RescanBucketLogs',
      'ScanUploadLogs',
      // `workflow`: docs/configuration.md#change-the-workflow.
      'ScanUploadStateMachine',
    ]);
  });

  it('is seen to replace a resource whose name changes, and what cannot live without it', () => {
    const { Resources } = templates['the defaults'] as Template;
    const [id = ''] = Object.keys(Resources).filter((each) => each.startsWith('ScanQueuesScanObjectQueue'));
    const queue = Resources[id] as Resource;
    const renamed = { ...queue, Properties: { ...queue.Properties, QueueName: 'another' } };
    const replaced = specification.replaced({ Resources }, { Resources: { ...Resources, [id]: renamed } });
    expect(replaced.map((each) => Resources[each]?.Type)).toContain('AWS::Lambda::EventSourceMapping');
    expect(replaced).toContain(id);
  });
});
