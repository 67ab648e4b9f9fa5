import { describe, expect, it } from '@jest/globals';
import type { Resource } from '../../../infra/synthesize.ts';
import { asl, parameters, stack } from './fixture.ts';
import { parametersOf } from './parameters.ts';

const found = parametersOf(stack, asl);

/** The stack with one resource changed, or without it. */
const changed = (id: string, change?: (properties: NonNullable<Resource['Properties']>) => object) => {
  const { [id]: resource, ...others } = stack.template.Resources;
  if (resource === undefined) throw new Error(`the fixture has no ${id}`);
  const Properties = change?.(resource.Properties ?? {});
  return { ...stack, template: { Resources: { ...others, ...(Properties && { [id]: { ...resource, Properties } }) } } };
};

describe('parametersOf', () => {
  it('follows the definition to the queue, its mapping and its function', () => {
    expect(found.small).toEqual(parameters.small);
    expect(found.large).toEqual(parameters.large);
  });

  it('counts the transitions of a clean upload, with the start', () => {
    expect(found.cleanPath).toEqual(['Check File Type', 'Scan Needed', 'Scan Object', 'Tag Object']);
    expect(found).toMatchObject({ transitions: 5, transitionsBefore: 4 });
  });

  it('knows the other functions, the wait and what EventBridge repeats', () => {
    expect(found.functions).toEqual({
      'Check File Type': { memoryMb: 512, architecture: 'arm64' },
      'Tag Object': { memoryMb: 256, architecture: 'arm64' },
    });
    expect(found).toMatchObject({ maxWaitSeconds: 345_600, logsEveryEvent: false, delivery: { maxAttempts: 185 } });
  });

  it.each([
    ['ScanQueue', 'AWS::SQS::Queue ScanQueue'],
    ['ScanMapping', 'AWS::Lambda::EventSourceMapping of ScanQueue'],
    ['ScanLargeObject', 'AWS::Lambda::Function ScanLargeObject'],
    ['TagObject', 'AWS::Lambda::Function TagObject'],
    ['Rule', 'AWS::Events::Rule that starts Machine'],
    ['Machine', 'AWS::StepFunctions::StateMachine Machine'],
  ])('says that %s is missing', (id, what) => {
    expect(() => parametersOf(changed(id), asl)).toThrow(`the stack has no ${what}`);
  });

  it.each([
    ['ScanMapping', 'ScalingConfig', 'MaximumConcurrency of the mapping of ScanQueue'],
    ['ScanMapping', 'BatchSize', 'BatchSize of the mapping of ScanQueue'],
    ['ScanQueue', 'RedrivePolicy', 'maxReceiveCount of ScanQueue'],
    ['ScanQueue', 'VisibilityTimeout', 'VisibilityTimeout of ScanQueue'],
    ['ScanObject', 'MemorySize', 'MemorySize of a function'],
  ])('says that %s has no %s', (id, property, what) => {
    expect(() =>
      parametersOf(
        changed(id, ({ [property]: _, ...rest }) => rest),
        asl,
      ),
    ).toThrow(`the stack has no ${what}`);
  });

  it('says that no state waits for a queue', () => {
    const States = { ...asl.States, 'Scan Object': { Type: 'Task', Resource: 'arn', Next: 'Tag Object' } };
    expect(() => parametersOf(stack, { ...asl, States })).toThrow('waits for a queue with a task token');
  });

  it('has the retention of SQS where the queue names none', () => {
    const plain = changed('ScanQueue', ({ MessageRetentionPeriod: _, ...rest }) => rest);
    expect(parametersOf(plain, asl).small.retentionSeconds).toBe(345_600);
  });
});
