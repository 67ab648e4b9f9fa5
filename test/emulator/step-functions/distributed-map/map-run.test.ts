import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type S3Server, startS3Server } from '../../../../emulator/s3/server.ts';
import { LocalStateMachine, type LocalStateMachineProps } from '../../../../emulator/step-functions/state-machine.ts';

/* What rescans do not show: the shapes that Step Functions writes, and what is refused. */
let root: string;
let s3: S3Server;
let client: S3Client;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'map-run-'));
  s3 = await startS3Server({ root });
  s3.createBucket('in');
  s3.createBucket('out');
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  client = new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
});
afterEach(async () => {
  client.destroy();
  await s3.close();
  rmSync(root, { recursive: true });
});

const map = (more: object = {}) => ({
  Type: 'Map',
  Label: 'Each',
  ItemReader: {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Parameters: { 'Bucket.$': '$.bucket', 'Prefix.$': '$.prefix' },
  },
  ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'of.$': '$$.Execution.Name' } },
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Look',
    States: { Look: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:0:function:Look', End: true } },
  },
  ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'out', Prefix: 'results' } },
  End: true,
  ...more,
});

const machine = (
  state: object,
  invoke: (payload: unknown) => unknown = (payload) => payload,
  onChild?: LocalStateMachineProps['onChild'],
) =>
  new LocalStateMachine({
    arn: 'arn:aws:states:us-east-1:0:stateMachine:M',
    definition: { StartAt: 'Each One', States: { 'Each One': state } },
    roleArn: 'arn:aws:iam::0:role/r',
    invoke: async (_, payload) => invoke(payload),
    s3: () => client,
    ...(onChild && { onChild }),
  });

const read = async (Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'out', Key }));
  return (await Body?.transformToString()) ?? '';
};

describe('a distributed Map', () => {
  it('hands out items as Step Functions lists them, and writes manifest and results as it does', async () => {
    for (const key of ['a/1', 'a/2', 'a/3', 'b/1']) {
      await s3.seed('in', key, 'note', { lastModified: new Date('2026-11-01T00:00:00Z') });
    }
    const execution = machine(map()).start({ bucket: 'in', prefix: 'a/' }, 'run-1');
    const { status, output } = await execution.result;
    expect(status).toBe('SUCCEEDED');
    const { MapRunArn, ResultWriterDetails } = output as {
      MapRunArn: string;
      ResultWriterDetails: { Bucket: string; Key: string };
    };
    expect(MapRunArn).toMatch(/^arn:aws:states:us-east-1:0:mapRun:M\/Each:[0-9a-f-]{36}$/);
    expect(ResultWriterDetails).toEqual({ Bucket: 'out', Key: `results/${MapRunArn.slice(-36)}/manifest.json` });
    const manifest = JSON.parse(await read(ResultWriterDetails.Key));
    expect(manifest).toEqual({
      DestinationBucket: 'out',
      MapRunArn,
      ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [{ Key: expect.any(String), Size: expect.any(Number) }] },
    });
    const [{ Key, Size }] = manifest.ResultFiles.SUCCEEDED;
    expect(Key).toBe(`results/${MapRunArn.slice(-36)}/SUCCEEDED_0.json`);
    const text = await read(Key);
    expect(Buffer.byteLength(text)).toBe(Size);
    const results = JSON.parse(text);
    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({
      ExecutionArn: expect.stringMatching(/^arn:aws:states:us-east-1:0:execution:M\/Each:/),
      StateMachineArn: 'arn:aws:states:us-east-1:0:stateMachine:M/Each',
      Status: 'SUCCEEDED',
      InputDetails: { Included: true },
      RedriveCount: 0,
    });
    expect(JSON.parse(results[0].Input)).toEqual({
      BatchInput: { of: 'run-1' },
      Items: ['a/1', 'a/2'].map((key) => ({
        Etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
        Key: key,
        LastModified: 1_793_491_200,
        Size: 4,
        StorageClass: 'STANDARD',
      })),
    });
    expect(results[0].Output).toBe(results[0].Input);
  });

  it('is a Map in the history of its execution, which names the Map Run; children are told apart', async () => {
    await s3.seed('in', 'a', 'note');
    const children: unknown[] = [];
    const onChild: LocalStateMachineProps['onChild'] = (arn, { name }, child) => children.push({ arn, name, ...child });
    const execution = machine(map(), undefined, onChild).start({ bucket: 'in', prefix: '' });
    const { output } = await execution.result;
    const { MapRunArn: mapRunArn } = output as { MapRunArn: string };
    expect(execution.events().map(({ type }) => type)).toEqual([
      ...['ExecutionStarted', 'MapStateEntered', 'MapStateStarted', 'MapRunStarted'],
      ...['MapRunSucceeded', 'MapStateSucceeded', 'MapStateExited', 'ExecutionSucceeded'],
    ]);
    expect(execution.events()[3]?.details).toEqual({ mapRunArn });
    expect(children).toEqual([
      { arn: 'arn:aws:states:us-east-1:0:stateMachine:M/Each', name: expect.any(String), mapRunArn, itemCount: 1 },
    ]);
  });

  it('writes COMPACT results as lines of output, failed ones in full', async () => {
    for (const key of ['1', '2', '3']) await s3.seed('in', key, 'note');
    const config = { Transformation: 'COMPACT', OutputType: 'JSONL' };
    const state = map({
      ToleratedFailurePercentage: 50,
      ResultWriter: { ...map().ResultWriter, WriterConfig: config },
    });
    const failing = machine(state, (payload) => {
      if (JSON.stringify(payload).includes('"Key":"3"')) throw Object.assign(new Error('why'), { name: 'Broken' });
      return { fine: true };
    });
    const { output } = await failing.start({ bucket: 'in', prefix: '' }).result;
    const folder = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails.Key.replace(
      'manifest.json',
      '',
    );
    expect(await read(`${folder}SUCCEEDED_0.jsonl`)).toBe('{"fine":true}\n');
    const failed = (await read(`${folder}FAILED_0.jsonl`))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(failed).toEqual([expect.objectContaining({ Status: 'FAILED', Error: 'Broken', Cause: 'why' })]);
  });

  it('keeps to its concurrency', async () => {
    for (let index = 0; index < 20; index += 1) await s3.seed('in', `${index}`, 'note');
    let underWay = 0;
    let most = 0;
    const counting = machine(map({ MaxConcurrencyPath: '$.atOnce' }), async (payload) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return payload;
    });
    expect((await counting.start({ bucket: 'in', prefix: '', atOnce: 3 }).result).status).toBe('SUCCEEDED');
    expect(most).toBe(3);
  });

  it.each([
    [{ ToleratedFailureCount: 1 }, 'FAILED'],
    [{ ToleratedFailureCount: 2 }, 'SUCCEEDED'],
    [{ ToleratedFailureCountPath: '$.count' }, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: 49 }, 'FAILED'],
    [{ ToleratedFailurePercentage: 50 }, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 4, ToleratedFailurePercentage: 10 }, 'FAILED'],
    [{}, 'FAILED'],
  ])('with %j and two of four items failed has %s', async (tolerated, status) => {
    for (const key of ['1', '2', '3', '4']) await s3.seed('in', key, 'note');
    const half = machine(map(tolerated), (payload) => {
      if (JSON.stringify(payload).includes('"Key":"1"')) throw new Error('why');
      return payload;
    });
    const result = await half.start({ bucket: 'in', prefix: '', count: 2 }).result;
    expect(result.status).toBe(status);
    if (status === 'FAILED') expect(result.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('fails by name where it may not list or write', async () => {
    await s3.seed('in', 'key', 'note');
    const listing = await machine(map()).start({ bucket: 'none', prefix: '' }).result;
    expect(listing).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
    const nowhere = map({ ResultWriter: { ...map().ResultWriter, Parameters: { Bucket: 'none' } } });
    const writing = await machine(nowhere).start({ bucket: 'in', prefix: '' }).result;
    expect(writing).toMatchObject({ status: 'FAILED', error: 'States.ResultWriterFailed' });
  });

  it.each([
    [{ ItemReader: { Resource: 'arn:aws:states:::s3:getObject' } }, /any ItemReader but listObjectsV2/],
    [{ ItemReader: { ...map().ItemReader, ReaderConfig: { MaxItems: 1 } } }, /ReaderConfig/],
    [{ ItemSelector: {} }, /ItemSelector/],
    [{ ItemBatcher: { MaxItemsPerBatchPath: '$.n' } }, /MaxItemsPerBatchPath/],
    [{ ResultWriter: undefined }, /without ResultWriter/],
    [{ ResultWriter: { ...map().ResultWriter, WriterConfig: { Transformation: 'FLATTEN' } } }, /FLATTEN/],
    [
      { ItemProcessor: { ...map().ItemProcessor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } } },
      /ExecutionType EXPRESS/,
    ],
  ])('refuses %j', (state, message) => {
    expect(() => machine(map(state))).toThrow(message);
  });
});
