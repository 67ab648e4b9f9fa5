import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { HUNT_TRANSITIONS } from '../../functions/domain/cost/hunt.ts';
import { NO_NAMES } from '../../functions/domain/hunt/named.ts';
import { graphs } from '../support/state-machine-files.ts';
import { type Answers, fault, machineOf, START, stopClock, walk } from './walk.ts';

/* Every path, with answers in place of functions: which states are visited, what each Task is handed, how it ends. */
beforeAll(stopClock);
afterAll(() => void jest.useRealTimers());

const rules = { key: 'hunt-rules/x.json', sha256: '0'.repeat(64) };
const machine = machineOf('hunt-bucket.asl.json');

describe('a batch of hunt-bucket', () => {
  const batch = graphs(machine).find(({ StartAt }) => StartAt === 'Hunt Batch');
  if (batch === undefined) throw new Error('no batch');
  const BatchInput = { bucket: 'uploads', rules };
  const listed = (Key: string) => ({ Key, Etag: '"e"', Size: 7, LastModified: 0 });
  const left = (over: object) => ({
    BatchInput,
    Items: [],
    totals: { listed: 1 },
    gbSeconds: 3,
    named: NO_NAMES,
    ...over,
  });

  it('leaves numbers and names, and nothing else', async () => {
    const input = { BatchInput, Items: [listed('a')] };
    const { states, calls, output } = await walk(batch, input, { HuntBatch: left({}) });
    expect({ states, calls, output }).toEqual({
      states: ['Hunt Batch', 'Check For More Objects', 'Batch Done'],
      calls: [['HuntBatch', input]],
      output: { totals: { listed: 1 }, gbSeconds: 3, named: NO_NAMES },
    });
    // The start is billed too.
    expect(states).toHaveLength(HUNT_TRANSITIONS.batch - 1);
  });

  it('that has more than fits one call goes on with what is left', async () => {
    const first = left({ Items: [listed('b')] });
    const { states, calls, output } = await walk(
      batch,
      { BatchInput, Items: [listed('a'), listed('b')] },
      { HuntBatch: [first, left({ totals: { listed: 2 } })] },
    );
    expect(states).toEqual([
      'Hunt Batch',
      'Check For More Objects',
      'Hunt Batch',
      'Check For More Objects',
      'Batch Done',
    ]);
    expect(calls[1]).toEqual(['HuntBatch', first]);
    expect(output).toMatchObject({ totals: { listed: 2 } });
  });

  it('fails when its function does', async () => {
    const input = { BatchInput, Items: [listed('a')] };
    expect(await walk(batch, input, { HuntBatch: fault('EngineUnavailable') })).toMatchObject({
      status: 'FAILED',
      error: 'EngineUnavailable',
    });
  });
});

describe('a run of hunt-bucket', () => {
  const prepared = {
    ...{ bucket: 'uploads', prefix: 'in/', rules, files: ['a.yara'], signatures: 1 },
    ...{ maxConcurrency: 10, toleratedFailurePercentage: 5, empty: true, failure: null },
  };
  const summary = { status: 'SUCCEEDED', listed: 0, error: null, cause: null };
  const request = { bucket: 'uploads', prefix: 'in/', rules };
  const run = (given: Answers = {}) =>
    walk(machine, request, { PrepareHunt: prepared, SummarizeHunt: summary, ...given });

  it('of a bucket with nothing to list maps over nothing, and ends with its summary', async () => {
    const { states, calls, status, output, arn } = await run();
    expect({ states, status, output }).toEqual({
      states: ['Prepare Hunt', 'Check Listing', 'Summarize Hunt', 'Check Failures', 'Hunt Completed'],
      status: 'SUCCEEDED',
      output: summary,
    });
    expect(calls).toEqual([
      ['PrepareHunt', { request }],
      ['SummarizeHunt', { hunt: prepared, runId: arn, runName: 'walk', startTime: START }],
    ]);
    // The start and the Map are billed too.
    expect(states).toHaveLength(HUNT_TRANSITIONS.run - 2);
  });

  it.each<[string, Answers, string, string]>([
    ['refused', { PrepareHunt: fault('InvalidInput') }, 'Hunt Refused', 'InvalidInput'],
    ['not summed up', { SummarizeHunt: fault('AccessDenied') }, 'Hunt Failed', 'AccessDenied'],
    [
      'summed up as failed',
      {
        SummarizeHunt: {
          ...summary,
          status: 'FAILED',
          error: 'States.ExceedToleratedFailureThreshold',
          cause: '2 of 3',
        },
      },
      'Too Many Failures',
      'States.ExceedToleratedFailureThreshold',
    ],
  ])('that is %s fails', async (_, given, state, error) => {
    const result = await run(given);
    expect(result).toMatchObject({ status: 'FAILED', error });
    expect(result.states.at(-1)).toBe(state);
  });

  it('hands batches of this size to children, with what each needs to know', () => {
    const { ItemProcessor, Comment, Type, Next, Catch, ...map } = machine.States['Hunt Objects'] ?? {};
    expect(map).toEqual({
      Label: 'HuntObjects',
      ItemReader: {
        Resource: `arn:\${Partition}:states:::s3:listObjectsV2`,
        Parameters: { 'Bucket.$': '$.bucket', 'Prefix.$': '$.prefix' },
      },
      ItemBatcher: {
        // Beside as many names as items, below a state's 256 KiB.
        MaxItemsPerBatch: 500,
        MaxInputBytesPerBatch: 98_304,
        BatchInput: { 'bucket.$': '$.bucket', 'rules.$': '$.rules' },
      },
      MaxConcurrencyPath: '$.maxConcurrency',
      ToleratedFailurePercentagePath: '$.toleratedFailurePercentage',
      ResultWriter: {
        Resource: `arn:\${Partition}:states:::s3:putObject`,
        Parameters: { Bucket: `\${ResultsBucketName}`, 'Prefix.$': "States.Format('hunts/{}', $$.Execution.Name)" },
        WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSONL' },
      },
      ResultPath: '$.mapRun',
    });
    expect(ItemProcessor).toMatchObject({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } });
  });
});

it('has no Task but those that read', () => {
  const tasks = graphs(machine).flatMap(({ States }) =>
    Object.values(States).flatMap(({ Resource }) => Resource ?? []),
  );
  expect(tasks.sort()).toEqual([
    `\${HuntBatchFunctionArn}`,
    `\${PrepareHuntFunctionArn}`,
    `\${SummarizeHuntFunctionArn}`,
  ]);
});

it('is given up after 604,800 seconds', () => {
  expect(machine.TimeoutSeconds).toBe(604_800);
});
