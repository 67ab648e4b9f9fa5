import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NOBODY } from '../../functions/domain/rescan/named.ts';
import { graphs } from '../support/state-machine-files.ts';
import {
  type Answers,
  DELETED,
  fault,
  machineOf,
  object,
  policy,
  SCAN_UPLOAD,
  START,
  stopClock,
  TAGGED,
  tagged,
  verdictOf,
  walk,
} from './walk.ts';

/*
 * Every path, with answers in place of functions: which states are visited, exactly what each Task is handed, and how
 * it ends. Over 250 lines, since there are many.
 */
beforeAll(stopClock);
afterAll(() => void jest.useRealTimers());

describe('a batch of rescan-bucket', () => {
  const batch = graphs(machineOf('rescan-bucket.asl.json')).find(({ StartAt }) => StartAt === 'Scan Batch');
  if (batch === undefined) throw new Error('no batch');

  const totals = { listed: 1 };
  const listed = (Key: string) => ({ Key, Etag: '"e"', Size: 7, LastModified: 0 });
  const settings = (onInfected: string) => ({
    bucket: 'uploads',
    strategy: 'all',
    window: {},
    policy: { ...policy, onInfected },
    filters: {},
    ages: [1, 7],
  });
  const left = (over: object, onInfected = 'tag') => ({
    BatchInput: settings(onInfected),
    Items: [],
    totals,
    gbSeconds: 3,
    changed: [],
    applied: [],
    named: NOBODY,
    ...over,
  });
  const changedOf = (status: string) => ({
    object,
    verdict: verdictOf(status, 'x'),
    infected: status === 'INFECTED',
  });
  const answers: Answers = {
    TagObject: tagged,
    QuarantineObject: { copied: true },
    DeleteObject: DELETED,
    FindCurrentObject: { key: object.key, size: 3, etag: 'f' },
    startExecution: { ExecutionArn: 'arn:started' },
    Notify: { sns: true, event: true },
  };
  const target = { bucket: 'uploads', object };

  const rescan = (status: string, onInfected: string, given: Answers = {}) =>
    walk(
      batch,
      { BatchInput: settings(onInfected), Items: [listed('in/a.txt')] },
      { ...answers, ScanBatch: left({ changed: [changedOf(status)] }, onInfected), ...given },
    );
  const result = (problem: string | null, infected = true) => ({
    totals,
    gbSeconds: 3,
    applied: [
      {
        problem,
        infected,
        size: 7,
        ...(problem?.startsWith('not-') && { object: expect.objectContaining({ key: object.key }) }),
      },
    ],
    named: NOBODY,
  });

  it('that confirms every verdict leaves its numbers', async () => {
    const input = { BatchInput: settings('tag'), Items: [listed('a')] };
    const { states, calls, output } = await walk(batch, input, { ScanBatch: left({}) });
    expect({ states, calls }).toEqual({
      states: ['Scan Batch', 'Check For Changes', 'Batch Done'],
      calls: [['ScanBatch', input]],
    });
    expect(output).toEqual({ totals, gbSeconds: 3, applied: [], named: NOBODY });
  });

  it('that has more than fits one call goes on with what is left', async () => {
    const first = left({ Items: [listed('b')] });
    const input = { BatchInput: settings('tag'), Items: [listed('a'), listed('b')] };
    const { states, calls, output } = await walk(batch, input, { ScanBatch: [first, left({ totals: { listed: 2 } })] });
    expect(states).toEqual(['Scan Batch', 'Check For Changes', 'Scan Batch', 'Check For Changes', 'Batch Done']);
    expect(calls).toEqual([
      ['ScanBatch', input],
      ['ScanBatch', first],
    ]);
    expect(output).toEqual({ totals: { listed: 2 }, gbSeconds: 3, applied: [], named: NOBODY });
  });

  it('that changed a verdict and has more left applies it first, and hands on how that ended', async () => {
    const first = left({ Items: [listed('b')], changed: [changedOf('REJECTED')] });
    const input = { BatchInput: settings('tag'), Items: [] };
    const { states, calls } = await walk(batch, input, { ...answers, ScanBatch: [first, left({})] });
    expect(states).toEqual([
      'Scan Batch',
      'Check For Changes',
      'Apply Verdicts',
      'Tag Object',
      'Notify',
      'Check For More Objects',
      'Scan Batch',
      'Check For Changes',
      'Batch Done',
    ]);
    const [, payload] = calls.findLast(([task]) => task === 'ScanBatch') ?? [];
    expect(payload).toEqual({ ...first, applied: [{ problem: null, infected: false, size: 7 }] });
  });

  it('whose changed verdict names active content hands that to the notification', async () => {
    const change = changedOf('CLEAN');
    const verdict = { ...change.verdict, activeContent: ['pdf-javascript'] };
    const { calls } = await rescan('CLEAN', 'tag', { ScanBatch: left({ changed: [{ ...change, verdict }] }) });
    expect(calls.slice(-1)).toEqual([['Notify', expect.objectContaining({ verdict })]]);
  });

  it.each([
    ['tag', 'INFECTED', []],
    ['quarantine', 'INFECTED', ['Quarantine Object', 'Quarantined', 'Delete Object']],
    ['quarantine', 'REJECTED', []],
    ['delete', 'INFECTED', ['Delete Object']],
    ['delete', 'UNSCANNABLE', []],
  ])('under %s does about what is %s what an upload does', async (onInfected, status, acts) => {
    const { states, calls, output, arn } = await rescan(status, onInfected);
    const verdict = verdictOf(status, 'x');
    expect(states.slice(2)).toEqual([
      'Apply Verdicts',
      'Tag Object',
      ...(acts.length > 0 ? ['Infected', 'Act On Verdict'] : []),
      ...acts,
      'Notify',
      'Check For More Objects',
      'Batch Done',
    ]);
    const expected: unknown[] = [['TagObject', { ...target, verdict, policy: { ...policy, onInfected } }]];
    if (acts.includes('Quarantine Object')) expected.push(['QuarantineObject', { ...target, verdict }]);
    if (acts.includes('Delete Object'))
      expected.push(['DeleteObject', { ...target, action: onInfected, outcome: TAGGED }]);
    const outcome = acts.length > 0 ? DELETED : TAGGED;
    const scanId = `${arn}/${createHash('sha256').update(object.key).digest('hex')}`;
    expected.push(['Notify', { scanId, startTime: START, ...target, verdict, outcome }]);
    expect(calls.slice(1)).toEqual(expected);
    expect(output).toEqual(result(null, status === 'INFECTED'));
  });

  it.each<[string, Answers, string | null, string[]]>([
    ['gone when it should be tagged', { TagObject: fault('ObjectGone') }, 'gone', ['Tag Object', 'Object Gone']],
    ['not tagged', { TagObject: fault('AccessDenied') }, 'not-tagged', ['Tag Object', 'Not Tagged']],
    [
      'replaced, and given to an execution of its own',
      { TagObject: fault('ObjectReplaced') },
      'replaced',
      ['Tag Object', 'Find Current Object', 'Scan Upload', 'Object Replaced'],
    ],
    [
      'replaced and then gone',
      { TagObject: fault('ObjectReplaced'), FindCurrentObject: fault('ObjectGone') },
      'gone',
      ['Tag Object', 'Find Current Object', 'Object Gone'],
    ],
    [
      'replaced and not found',
      { TagObject: fault('ObjectReplaced'), FindCurrentObject: fault('AccessDenied') },
      'not-tagged',
      ['Tag Object', 'Find Current Object', 'Not Tagged'],
    ],
    [
      'replaced and not started',
      { TagObject: fault('ObjectReplaced'), startExecution: fault('StepFunctions.StateMachineDoesNotExist') },
      'not-tagged',
      ['Tag Object', 'Find Current Object', 'Scan Upload', 'Not Tagged'],
    ],
    [
      'not copied, since it is gone',
      { QuarantineObject: { copied: false } },
      null,
      ['Tag Object', 'Infected', 'Act On Verdict', 'Quarantine Object', 'Quarantined', 'Notify'],
    ],
    [
      'not moved away',
      { QuarantineObject: fault('AccessDenied') },
      'not-removed',
      ['Tag Object', 'Infected', 'Act On Verdict', 'Quarantine Object', 'Notify Of Failed Action', 'Not Removed'],
    ],
    [
      'not deleted',
      { DeleteObject: fault('AccessDenied') },
      'not-removed',
      [
        'Tag Object',
        'Infected',
        'Act On Verdict',
        'Quarantine Object',
        'Quarantined',
        'Delete Object',
        'Notify Of Failed Action',
        'Not Removed',
      ],
    ],
    [
      'not moved away, and nobody could be notified',
      { QuarantineObject: fault('AccessDenied'), Notify: fault('InvalidInput') },
      'not-removed',
      ['Tag Object', 'Infected', 'Act On Verdict', 'Quarantine Object', 'Notify Of Failed Action', 'Not Removed'],
    ],
    [
      'not reported',
      { Notify: fault('InvalidInput') },
      'not-notified',
      [
        'Tag Object',
        'Infected',
        'Act On Verdict',
        'Quarantine Object',
        'Quarantined',
        'Delete Object',
        'Notify',
        'Not Notified',
      ],
    ],
  ])('counts malware that is %s', async (_, given, problem, path) => {
    const { states, output, status } = await rescan('INFECTED', 'quarantine', given);
    expect({ states: states.slice(3), output, status }).toEqual({
      states: [...path, 'Check For More Objects', 'Batch Done'],
      output: result(problem),
      status: 'SUCCEEDED',
    });
  });

  const onClean = { copyTo: { bucket: 'clean', prefix: '' } };
  const copied = { tagged: true, action: 'tag', copiedTo: { bucket: 'clean', key: 'in/a.txt', versionId: null } };
  const copying = (status: string, given: Answers) => {
    const changed = left({ changed: [changedOf(status)] });
    const { BatchInput } = changed;
    const its = { ...changed, BatchInput: { ...BatchInput, policy: { ...BatchInput.policy, onClean } } };
    return rescan(status, 'tag', { ScanBatch: its, ...given });
  };

  it.each<[string, string, Answers, string | null, string[]]>([
    ['copied', 'CLEAN', { CopyObject: copied }, null, ['Copy Object', 'Notify']],
    [
      'not copied',
      'CLEAN',
      { CopyObject: fault('AccessDenied') },
      'not-copied',
      ['Copy Object', 'Not Copied', 'Notify Of Failed Copy', 'Copy Failed'],
    ],
    [
      'replaced before it is copied',
      'CLEAN',
      { CopyObject: fault('ObjectReplaced') },
      'replaced',
      ['Copy Object', 'Find Current Object', 'Scan Upload', 'Object Replaced'],
    ],
    [
      'found in a copy',
      'INFECTED',
      { CopyObject: copied },
      null,
      ['Infected', 'Act On Verdict', 'Copy Object Already Made', 'Act On Verdict', 'Notify'],
    ],
  ])('that is %s where clean objects are copied', async (_, verdict, given, problem, path) => {
    const { states, output, status } = await copying(verdict, given);
    expect({ states: states.slice(3), output, status }).toEqual({
      states: ['Tag Object', ...path, 'Check For More Objects', 'Batch Done'],
      output: result(problem, verdict === 'INFECTED'),
      status: 'SUCCEEDED',
    });
  });

  it('hands what was overwritten to scan-upload, with the policy of the batch', async () => {
    const { calls } = await rescan('INFECTED', 'quarantine', { TagObject: fault('ObjectReplaced') });
    expect(calls.slice(2)).toEqual([
      ['FindCurrentObject', { bucket: 'uploads', key: object.key }],
      [
        'startExecution',
        {
          StateMachineArn: SCAN_UPLOAD,
          Input: {
            detail: { bucket: { name: 'uploads' }, object: answers.FindCurrentObject },
            policy: { ...policy, onInfected: 'quarantine' },
          },
        },
      ],
    ]);
  });

  it('reports malware that stays as tagged', async () => {
    const { calls, arn } = await rescan('INFECTED', 'delete', { DeleteObject: fault('AccessDenied') });
    const verdict = verdictOf('INFECTED', 'x');
    const scanId = `${arn}/${createHash('sha256').update(object.key).digest('hex')}`;
    expect(calls.at(-1)).toEqual(['Notify', { scanId, startTime: START, ...target, verdict, outcome: TAGGED }]);
  });

  it('fails when its function does', async () => {
    const input = { BatchInput: settings('tag'), Items: [listed('a')] };
    expect(await walk(batch, input, { ScanBatch: fault('EngineUnavailable') })).toMatchObject({
      status: 'FAILED',
      error: 'EngineUnavailable',
    });
  });
});

describe('a run of rescan-bucket', () => {
  const machine = machineOf('rescan-bucket.asl.json');
  const prepared = {
    bucket: 'uploads',
    prefix: 'in/',
    strategy: 'due',
    window: { from: 'a', to: 'b' },
    policy,
    filters: { prefixes: [], suffixes: [] },
    ages: [1, 7],
    maxConcurrency: 10,
    toleratedFailurePercentage: 5,
    advancesWindow: true,
    scheduled: false,
    scanTrusted: false,
    empty: true,
    failure: null,
  };
  const summary = { status: 'SUCCEEDED', listed: 0, error: null, cause: null };
  const run = (given: Answers = {}) =>
    walk(
      machine,
      { bucket: 'uploads', prefix: 'in/' },
      { PrepareRescan: prepared, SummarizeRescan: summary, NotifyRescan: { sns: true, event: true }, ...given },
    );

  it('of a bucket with nothing to list maps over nothing, and is reported', async () => {
    const { states, calls, status, output, arn } = await run();
    expect({ states, status, output }).toEqual({
      states: [
        'Prepare Rescan',
        'Check Listing',
        'Summarize Rescan',
        'Notify Rescan',
        'Check Failures',
        'Rescan Completed',
      ],
      status: 'SUCCEEDED',
      output: summary,
    });
    expect(calls).toEqual([
      [
        'PrepareRescan',
        { request: { bucket: 'uploads', prefix: 'in/' }, startTime: START, watched: expect.any(String) },
      ],
      ['SummarizeRescan', { rescan: prepared, runId: arn, runName: 'walk', startTime: START }],
      ['NotifyRescan', { summary }],
    ]);
  });

  it.each<[string, Answers, string[], string, string]>([
    [
      'refused',
      { PrepareRescan: fault('InvalidInput') },
      ['Prepare Rescan', 'Rescan Refused'],
      'InvalidInput',
      'InvalidInput it is',
    ],
    [
      'not summed up',
      { SummarizeRescan: fault('AccessDenied') },
      ['Prepare Rescan', 'Check Listing', 'Summarize Rescan', 'Rescan Failed'],
      'AccessDenied',
      'AccessDenied it is',
    ],
    [
      'not reported',
      { NotifyRescan: fault('InvalidInput') },
      ['Prepare Rescan', 'Check Listing', 'Summarize Rescan', 'Notify Rescan', 'Notification Failed'],
      'InvalidInput',
      'InvalidInput it is',
    ],
    [
      'reported as failed',
      {
        SummarizeRescan: {
          ...summary,
          status: 'FAILED',
          error: 'States.ExceedToleratedFailureThreshold',
          cause: '2 of 3',
        },
      },
      ['Prepare Rescan', 'Check Listing', 'Summarize Rescan', 'Notify Rescan', 'Check Failures', 'Too Many Failures'],
      'States.ExceedToleratedFailureThreshold',
      '2 of 3',
    ],
  ])('that is %s fails', async (_, given, states, error, cause) => {
    const result = await run(given);
    expect(result).toMatchObject({ states, status: 'FAILED', error, cause: expect.stringContaining(cause) });
  });

  it('hands batches of this size to children, with what each needs to know', () => {
    const { ItemProcessor, Comment, Type, Next, Catch, ...map } = machine.States['Rescan Objects'] ?? {};
    expect(map).toEqual({
      Label: 'RescanObjects',
      ItemReader: {
        Resource: `arn:\${Partition}:states:::s3:listObjectsV2`,
        Parameters: { 'Bucket.$': '$.bucket', 'Prefix.$': '$.prefix' },
      },
      ItemBatcher: {
        // A batch's history stays far below 25,000 events, its items below half of a state's 256 KiB.
        MaxItemsPerBatch: 500,
        MaxInputBytesPerBatch: 131_072,
        BatchInput: Object.fromEntries(
          ['bucket', 'strategy', 'window', 'policy', 'filters', 'ages'].map((name) => [`${name}.$`, `$.${name}`]),
        ),
      },
      MaxConcurrencyPath: '$.maxConcurrency',
      ToleratedFailurePercentagePath: '$.toleratedFailurePercentage',
      ResultWriter: {
        Resource: `arn:\${Partition}:states:::s3:putObject`,
        Parameters: { Bucket: `\${ResultsBucketName}`, 'Prefix.$': "States.Format('runs/{}', $$.Execution.Name)" },
        WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSONL' },
      },
      ResultPath: '$.mapRun',
    });
    expect(ItemProcessor).toMatchObject({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } });
    const inner = ItemProcessor?.States['Apply Verdicts'];
    expect(inner).toMatchObject({ MaxConcurrency: 10, ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' } } });
  });
});

it('is given up after 604,800 seconds', () => {
  expect(machineOf('rescan-bucket.asl.json').TimeoutSeconds).toBe(604_800);
});
