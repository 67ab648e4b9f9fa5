import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LocalStateMachine } from '../../local/step-functions/state-machine.ts';
import { graphs, type Machine, STATE_MACHINE_FILES } from '../support/state-machine-files.ts';

/*
 * Every path through both state machines, walked with answers in place of functions: which states it visits, exactly
 * what each Task is handed, and how it ends.
 */
const START = '2026-11-26T00:00:00.000Z';
// Every execution starts at this instant; timers run as ever.
beforeAll(() => {
  const timers = [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ] as const;
  jest.useFakeTimers({
    now: Date.parse(START),
    doNotFake: [...timers, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'],
  });
});
afterAll(() => void jest.useRealTimers());

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:';
const SCAN_UPLOAD = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUpload';

type Answer = unknown;
type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;
const fault = (name: string) => Object.assign(new Error(`${name} it is`), { name });

/** Answers in the order of calls; the last one again and again. What is an Error is thrown. */
async function walk(machine: Machine, input: object, answers: Answers) {
  const definition = JSON.parse(
    JSON.stringify(machine)
      .replace(/\$\{(\w+)FunctionArn\}/g, `${LAMBDA}$1`)
      .replace(/\$\{ScanUploadArn\}/g, SCAN_UPLOAD)
      .replace(/\$\{Partition\}/g, 'aws'),
  );
  const calls: (readonly [task: string, payload: unknown])[] = [];
  const counts = new Map<string, number>();
  const execution = new LocalStateMachine({
    arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Walk',
    roleArn: 'arn:aws:iam::000000000000:role/Walk',
    definition,
    retryWaitMs: 0,
    async invoke(resource, payload) {
      const task = resource.replace(LAMBDA, '').split(':').at(-1) ?? '';
      const given = [answers[task]].flat();
      const count = counts.get(task) ?? 0;
      counts.set(task, count + 1);
      calls.push([task, payload]);
      const answer = given[Math.min(count, given.length - 1)];
      if (answer === undefined) throw new Error(`no answer for ${task}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  }).start(input, 'walk');
  const { status, states, output, error, cause } = await execution.result;
  return { arn: execution.arn, startTime: START, calls, status, states, output, error, cause };
}

const machineOf = (file: string) => {
  const machine = STATE_MACHINE_FILES.find(({ name }) => name === file)?.machine;
  if (machine === undefined) throw new Error(`${file} is no state machine`);
  return machine;
};

const object = { key: 'in/a.txt', size: 7, etag: 'e', 'version-id': 'v', sequencer: '1' };
const policy = { maxObjectBytes: 10, allowedTypes: ['*'], onInfected: 'tag' };
const verdictOf = (status: string, finding: string | null = null) => ({
  status,
  finding,
  type: 'text/plain',
  definitions: '1',
  scanTime: START,
});
const CLEAN = verdictOf('CLEAN');
const INFECTED = verdictOf('INFECTED', 'Eicar');
const TAGGED = { tagged: true, action: 'tag' };
const DELETED = { tagged: true, action: 'delete' };

describe('scan-upload', () => {
  const machine = machineOf('scan-upload.asl.json');
  const detail = { bucket: { name: 'uploads' }, object, 'request-id': 'r', reason: 'PutObject' };
  const target = { bucket: 'uploads', object };
  const ALLOWED = { type: 'text/plain', rejection: null };
  const answers: Answers = {
    CheckFileType: ALLOWED,
    ScanObject: CLEAN,
    TagObject: TAGGED,
    QuarantineObject: { copied: true },
    DeleteObject: DELETED,
    FindCurrentObject: { key: object.key, size: 3, etag: 'f', 'version-id': 'w' },
    Notify: { sns: true, event: true },
  };
  const upload = (over: { object?: object; policy?: object } = {}, given: Answers = {}) =>
    walk(
      machine,
      { detail: { ...detail, object: { ...object, ...over.object } }, policy: { ...policy, ...over.policy } },
      { ...answers, ...given },
    );
  const check = ['CheckFileType', { ...target, policy }] as const;
  const scan = ['ScanObject', { ...target, policy, type: 'text/plain' }] as const;
  const under = (onInfected: string) => {
    const its = { ...policy, onInfected };
    return [
      ['CheckFileType', { ...target, policy: its }],
      ['ScanObject', { ...target, policy: its, type: 'text/plain' }],
      ['TagObject', { ...target, verdict: INFECTED }],
    ] as const;
  };
  const SCANNED = ['Check Size', 'Check File Type', 'File Type Allowed', 'Scan Object', 'Tag Object', 'Act On Verdict'];

  it('of clean content', async () => {
    const { states, calls, status, output, arn, startTime } = await upload();
    const tag = ['TagObject', { ...target, verdict: CLEAN }];
    const notify = ['Notify', { scanId: arn, startTime, ...target, verdict: CLEAN, outcome: TAGGED }];
    expect({ status, states, calls }).toEqual({
      status: 'SUCCEEDED',
      states: [...SCANNED, 'Notify'],
      calls: [check, scan, tag, notify],
    });
    // What the console shows of a finished execution.
    expect(output).toEqual({
      detail,
      policy,
      fileType: ALLOWED,
      verdict: CLEAN,
      outcome: TAGGED,
      notified: { sns: true, event: true },
    });
  });

  it.each([
    ['of just the largest size', { size: 10 }, [...SCANNED, 'Notify']],
    ['over it', { size: 11 }, ['Check Size', 'Too Large', 'Tag Object', 'Act On Verdict', 'Notify']],
    ['empty', { size: 0 }, ['Check Size', 'Empty', 'Tag Object', 'Act On Verdict', 'Notify']],
  ])('of content %s', async (_, over, expected) => {
    const { states, status, calls, startTime } = await upload({ object: over });
    expect({ status, states }).toEqual({ status: 'SUCCEEDED', states: expected });
    const unread = { type: null, definitions: null, scanTime: startTime };
    const [tag] = calls.filter(([task]) => task === 'TagObject');
    const verdict =
      over.size > 10
        ? { status: 'UNSCANNABLE', finding: 'too-large', ...unread }
        : over.size === 0
          ? { status: 'CLEAN', finding: null, ...unread }
          : CLEAN;
    expect(tag).toEqual(['TagObject', { bucket: 'uploads', object: { ...object, ...over }, verdict }]);
  });

  it('of a refused type', async () => {
    const rejection = { ...verdictOf('REJECTED', 'type:text/html'), definitions: null };
    const { states, calls, status, arn, startTime } = await upload(
      {},
      { CheckFileType: { type: 'text/html', rejection } },
    );
    expect({ status, states }).toEqual({
      status: 'SUCCEEDED',
      states: [...SCANNED.slice(0, 3), 'Rejected', ...SCANNED.slice(4), 'Notify'],
    });
    expect(calls.slice(1)).toEqual([
      ['TagObject', { ...target, verdict: rejection }],
      ['Notify', { scanId: arn, startTime, ...target, verdict: rejection, outcome: TAGGED }],
    ]);
  });

  it.each([
    ['tag', 'INFECTED', []],
    ['tag', 'UNSCANNABLE', []],
    ['quarantine', 'INFECTED', ['Quarantine Object', 'Quarantined', 'Delete Object']],
    ['quarantine', 'UNSCANNABLE', []],
    ['quarantine', 'CLEAN', []],
    ['delete', 'INFECTED', ['Delete Object']],
    ['delete', 'UNSCANNABLE', []],
    ['delete', 'CLEAN', []],
  ])('under %s of what is %s', async (onInfected, status, acts) => {
    const { states } = await upload({ policy: { onInfected } }, { ScanObject: verdictOf(status, 'x') });
    expect(states).toEqual([...SCANNED, ...acts, 'Notify']);
  });

  it('of malware that is moved away', async () => {
    const moved = { tagged: true, action: 'quarantine' };
    const over = { ScanObject: INFECTED, DeleteObject: moved };
    const { calls, arn, startTime } = await upload({ policy: { onInfected: 'quarantine' } }, over);
    expect(calls).toEqual([
      ...under('quarantine'),
      ['QuarantineObject', { ...target, verdict: INFECTED }],
      ['DeleteObject', { ...target, action: 'quarantine', outcome: TAGGED }],
      ['Notify', { scanId: arn, startTime, ...target, verdict: INFECTED, outcome: moved }],
    ]);
  });

  it('of malware that was gone before it could be copied', async () => {
    const over = { ScanObject: INFECTED, QuarantineObject: { copied: false } };
    const { states, calls, arn, startTime } = await upload({ policy: { onInfected: 'quarantine' } }, over);
    expect(states).toEqual([...SCANNED, 'Quarantine Object', 'Quarantined', 'Notify']);
    expect(calls.at(-1)).toEqual(['Notify', { scanId: arn, startTime, ...target, verdict: INFECTED, outcome: TAGGED }]);
  });

  it('of malware that is deleted', async () => {
    const { calls, arn, startTime } = await upload({ policy: { onInfected: 'delete' } }, { ScanObject: INFECTED });
    expect(calls).toEqual([
      ...under('delete'),
      ['DeleteObject', { ...target, action: 'delete', outcome: TAGGED }],
      ['Notify', { scanId: arn, startTime, ...target, verdict: INFECTED, outcome: DELETED }],
    ]);
  });

  it.each([
    ['QuarantineObject', ['Quarantine Object']],
    ['DeleteObject', ['Quarantine Object', 'Quarantined', 'Delete Object']],
  ])('of malware that stays, since %s fails', async (task, acts) => {
    const over = { ScanObject: INFECTED, [task]: fault('AccessDenied') };
    const { states, calls, status, error, cause, arn, startTime } = await upload(
      { policy: { onInfected: 'quarantine' } },
      over,
    );
    expect({ states, status, error, cause }).toEqual({
      states: [...SCANNED, ...acts, 'Notify Of Failed Action', 'Action Failed'],
      status: 'FAILED',
      error: 'AccessDenied',
      cause: expect.stringContaining('AccessDenied it is'),
    });
    expect(calls.at(-1)).toEqual(['Notify', { scanId: arn, startTime, ...target, verdict: INFECTED, outcome: TAGGED }]);
    const unheard = await upload({ policy: { onInfected: 'quarantine' } }, { ...over, Notify: fault('InvalidInput') });
    // The first fault is the one to be red for.
    expect(unheard).toMatchObject({ states, status: 'FAILED', error: 'AccessDenied' });
  });

  it.each([
    ['CheckFileType', SCANNED.slice(0, 2)],
    ['ScanObject', SCANNED.slice(0, 4)],
    ['TagObject', SCANNED.slice(0, 5)],
  ])('of what is gone at %s', async (task, until) => {
    const { states, status, calls } = await upload({}, { [task]: fault('ObjectGone') });
    expect({ states, status }).toEqual({ states: [...until, 'Object Gone'], status: 'SUCCEEDED' });
    expect(calls.some(([called]) => called === 'Notify')).toBe(false);
  });

  it.each([
    ['CheckFileType', SCANNED.slice(0, 2), ALLOWED],
    ['ScanObject', SCANNED.slice(0, 4), CLEAN],
    ['TagObject', SCANNED.slice(0, 5), TAGGED],
  ])('of what is replaced at %s begins again with what is there', async (task, until, answer) => {
    const { states, status, calls, arn, startTime } = await upload({}, { [task]: [fault('ObjectReplaced'), answer] });
    expect({ states, status }).toEqual({
      states: [...until, 'Find Current Object', ...SCANNED, 'Notify'],
      status: 'SUCCEEDED',
    });
    const found = calls.findIndex(([called]) => called === 'FindCurrentObject');
    const now = { bucket: 'uploads', object: answers.FindCurrentObject };
    expect(calls.slice(found)).toEqual([
      ['FindCurrentObject', { bucket: 'uploads', key: object.key }],
      ['CheckFileType', { ...now, policy }],
      ['ScanObject', { ...now, policy, type: 'text/plain' }],
      ['TagObject', { ...now, verdict: CLEAN }],
      ['Notify', { scanId: arn, startTime, ...now, verdict: CLEAN, outcome: TAGGED }],
    ]);
  });

  const errorVerdict = (scanTime: string) => ({
    status: 'ERROR',
    finding: 'AccessDenied',
    type: null,
    definitions: null,
    scanTime,
  });

  it.each([
    ['CheckFileType', SCANNED.slice(0, 2), fault('AccessDenied')],
    ['ScanObject', SCANNED.slice(0, 4), fault('AccessDenied')],
    ['TagObject', SCANNED.slice(0, 5), [fault('AccessDenied'), TAGGED]],
    ['FindCurrentObject', [...SCANNED.slice(0, 2), 'Find Current Object'], fault('AccessDenied')],
  ])('of what %s gives up on is tagged ERROR, reported and fails', async (task, until, answer) => {
    const replaced = task === 'FindCurrentObject' ? { CheckFileType: fault('ObjectReplaced') } : {};
    const { states, status, calls, error, cause, arn, startTime } = await upload({}, { ...replaced, [task]: answer });
    expect({ states, status, error, cause }).toEqual({
      states: [...until, 'Give Up', 'Tag Object As Error', 'Notify Of Error', 'Scan Failed'],
      status: 'FAILED',
      error: 'AccessDenied',
      cause: expect.stringContaining('AccessDenied it is'),
    });
    const verdict = errorVerdict(startTime);
    expect(calls.slice(-2)).toEqual([
      ['TagObject', { ...target, verdict }],
      ['Notify', { scanId: arn, startTime, ...target, verdict, outcome: TAGGED }],
    ]);
  });

  it('of what cannot be tagged ERROR either is reported as untagged', async () => {
    const over = { ScanObject: fault('AccessDenied'), TagObject: fault('InvalidInput') };
    const { states, status, calls, error, arn, startTime } = await upload({}, over);
    expect({ states: states.slice(4), status, error }).toEqual({
      states: ['Give Up', 'Tag Object As Error', 'Untagged', 'Notify Of Error', 'Scan Failed'],
      status: 'FAILED',
      error: 'AccessDenied',
    });
    const outcome = { tagged: false, action: 'none' };
    const verdict = errorVerdict(startTime);
    expect(calls.at(-1)).toEqual(['Notify', { scanId: arn, startTime, ...target, verdict, outcome }]);
  });

  it.each([
    ['ObjectGone', ['Object Gone'], 'SUCCEEDED'],
    ['ObjectReplaced', ['Find Current Object', ...SCANNED, 'Notify'], 'SUCCEEDED'],
  ])('of what is %s when it should be tagged ERROR', async (name, rest, expected) => {
    const over = { ScanObject: [fault('AccessDenied'), CLEAN], TagObject: [fault(name), TAGGED] };
    const { states, status } = await upload({}, over);
    expect({ states: states.slice(6), status }).toEqual({ states: rest, status: expected });
    expect(states.slice(4, 6)).toEqual(['Give Up', 'Tag Object As Error']);
  });

  it('of what is gone when it is looked up', async () => {
    const over = { CheckFileType: fault('ObjectReplaced'), FindCurrentObject: fault('ObjectGone') };
    const { states, status } = await upload({}, over);
    expect({ states: states.slice(-2), status }).toEqual({
      states: ['Find Current Object', 'Object Gone'],
      status: 'SUCCEEDED',
    });
  });

  it('of what nobody could be notified of', async () => {
    const unheard = await upload({}, { Notify: fault('InvalidInput') });
    expect(unheard).toMatchObject({
      states: [...SCANNED, 'Notification Failed'].toSpliced(6, 0, 'Notify'),
      status: 'FAILED',
      error: 'InvalidInput',
      cause: expect.stringContaining('InvalidInput it is'),
    });
    const both = await upload({}, { ScanObject: fault('AccessDenied'), Notify: fault('InvalidInput') });
    expect(both).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(both.states.slice(-2)).toEqual(['Notify Of Error', 'Scan Failed']);
  });

  const LIMITED = { maxObjectBytes: 10, onInfected: 'tag' };
  it.each<[string, unknown, unknown]>([
    ['no bucket', { object }, LIMITED],
    ['a bucket without a name', { bucket: {}, object }, LIMITED],
    ['a bucket whose name is no text', { bucket: { name: 7 }, object }, LIMITED],
    ['no object', { bucket: { name: 'b' } }, LIMITED],
    ...(['key', 'size', 'etag'] as const).map((field): [string, unknown, unknown] => {
      const { [field]: _, ...rest } = object;
      return [`no ${field}`, { bucket: { name: 'b' }, object: rest }, LIMITED];
    }),
    ['a key that is no text', { bucket: { name: 'b' }, object: { ...object, key: 7 } }, LIMITED],
    ['an ETag that is no text', { bucket: { name: 'b' }, object: { ...object, etag: 7 } }, LIMITED],
    ['a size that is no number', { bucket: { name: 'b' }, object: { ...object, size: '7' } }, LIMITED],
    ['no policy', { bucket: { name: 'b' }, object }, {}],
    ['no limit', { bucket: { name: 'b' }, object }, { onInfected: 'tag' }],
    ['a limit that is no number', { bucket: { name: 'b' }, object }, { ...LIMITED, maxObjectBytes: '10' }],
    ['no onInfected', { bucket: { name: 'b' }, object }, { maxObjectBytes: 10 }],
  ])('of an input with %s', async (_, odd, its) => {
    const { states, status, error, cause, calls } = await walk(
      machine,
      { detail: odd, policy: its } as object,
      answers,
    );
    expect({ states, status, error, cause, calls }).toEqual({
      states: ['Check Size', 'Invalid Input'],
      status: 'FAILED',
      error: 'InvalidInput',
      cause: 'The input is not { detail: Object Created detail, policy: { maxObjectBytes, ... } }.',
      calls: [],
    });
  });
});

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
  });
  const left = (over: object, onInfected = 'tag') => ({
    BatchInput: settings(onInfected),
    Items: [],
    totals,
    gbSeconds: 3,
    changed: [],
    applied: [],
    ...over,
  });
  const changedOf = (status: string) => ({
    object,
    verdict: verdictOf(status, 'x'),
    infected: status === 'INFECTED',
  });
  const answers: Answers = {
    TagObject: TAGGED,
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
    applied: [{ problem, infected, size: 7 }],
  });

  it('that confirms every verdict leaves its numbers', async () => {
    const input = { BatchInput: settings('tag'), Items: [listed('a')] };
    const { states, calls, output } = await walk(batch, input, { ScanBatch: left({}) });
    expect({ states, calls }).toEqual({
      states: ['Scan Batch', 'Anything Changed', 'Batch Done'],
      calls: [['ScanBatch', input]],
    });
    expect(output).toEqual({ totals, gbSeconds: 3, applied: [] });
  });

  it('that has more than fits one call goes on with what is left', async () => {
    const first = left({ Items: [listed('b')] });
    const input = { BatchInput: settings('tag'), Items: [listed('a'), listed('b')] };
    const { states, calls, output } = await walk(batch, input, { ScanBatch: [first, left({ totals: { listed: 2 } })] });
    expect(states).toEqual(['Scan Batch', 'Anything Changed', 'Scan Batch', 'Anything Changed', 'Batch Done']);
    expect(calls).toEqual([
      ['ScanBatch', input],
      ['ScanBatch', first],
    ]);
    expect(output).toEqual({ totals: { listed: 2 }, gbSeconds: 3, applied: [] });
  });

  it('that changed a verdict and has more left applies it first, and hands on how that ended', async () => {
    const first = left({ Items: [listed('b')], changed: [changedOf('REJECTED')] });
    const input = { BatchInput: settings('tag'), Items: [] };
    const { states, calls } = await walk(batch, input, { ...answers, ScanBatch: [first, left({})] });
    expect(states).toEqual([
      'Scan Batch',
      'Anything Changed',
      'Apply Verdicts',
      'Tag Object',
      'Act On Verdict',
      'Notify',
      'Anything Left',
      'Scan Batch',
      'Anything Changed',
      'Batch Done',
    ]);
    const [, payload] = calls.findLast(([task]) => task === 'ScanBatch') ?? [];
    expect(payload).toEqual({ ...first, applied: [{ problem: null, infected: false, size: 7 }] });
  });

  it.each([
    ['tag', 'INFECTED', []],
    ['quarantine', 'INFECTED', ['Quarantine Object', 'Quarantined', 'Delete Object']],
    ['quarantine', 'REJECTED', []],
    ['delete', 'INFECTED', ['Delete Object']],
    ['delete', 'UNSCANNABLE', []],
  ])('under %s does about what is %s what an upload does', async (onInfected, status, acts) => {
    const { states, calls, output, arn, startTime } = await rescan(status, onInfected);
    const verdict = verdictOf(status, 'x');
    expect(states.slice(2)).toEqual([
      'Apply Verdicts',
      'Tag Object',
      'Act On Verdict',
      ...acts,
      'Notify',
      'Anything Left',
      'Batch Done',
    ]);
    const expected: unknown[] = [['TagObject', { ...target, verdict }]];
    if (acts.includes('Quarantine Object')) expected.push(['QuarantineObject', { ...target, verdict }]);
    if (acts.includes('Delete Object'))
      expected.push(['DeleteObject', { ...target, action: onInfected, outcome: TAGGED }]);
    const outcome = acts.length > 0 ? DELETED : TAGGED;
    const scanId = `${arn}/${createHash('sha256').update(object.key).digest('hex')}`;
    expected.push(['Notify', { scanId, startTime, ...target, verdict, outcome }]);
    expect(calls.slice(1)).toEqual(expected);
    expect(output).toEqual(result(null, status === 'INFECTED'));
  });

  it.each<[string, Answers, string | null, string[]]>([
    ['gone when it should be tagged', { TagObject: fault('ObjectGone') }, 'gone', ['Tag Object', 'Gone']],
    ['not tagged', { TagObject: fault('AccessDenied') }, 'untagged', ['Tag Object', 'Untagged']],
    [
      'replaced, and given to an execution of its own',
      { TagObject: fault('ObjectReplaced') },
      'replaced',
      ['Tag Object', 'Find Current Object', 'Scan Upload', 'Replaced'],
    ],
    [
      'replaced and then gone',
      { TagObject: fault('ObjectReplaced'), FindCurrentObject: fault('ObjectGone') },
      'gone',
      ['Tag Object', 'Find Current Object', 'Gone'],
    ],
    [
      'replaced and not found',
      { TagObject: fault('ObjectReplaced'), FindCurrentObject: fault('AccessDenied') },
      'untagged',
      ['Tag Object', 'Find Current Object', 'Untagged'],
    ],
    [
      'replaced and not started',
      { TagObject: fault('ObjectReplaced'), startExecution: fault('StepFunctions.StateMachineDoesNotExist') },
      'untagged',
      ['Tag Object', 'Find Current Object', 'Scan Upload', 'Untagged'],
    ],
    [
      'not copied, since it is gone',
      { QuarantineObject: { copied: false } },
      null,
      ['Tag Object', 'Act On Verdict', 'Quarantine Object', 'Quarantined', 'Notify'],
    ],
    [
      'not moved away',
      { QuarantineObject: fault('AccessDenied') },
      'unremoved',
      ['Tag Object', 'Act On Verdict', 'Quarantine Object', 'Notify Of Failed Action', 'Unremoved'],
    ],
    [
      'not deleted',
      { DeleteObject: fault('AccessDenied') },
      'unremoved',
      [
        'Tag Object',
        'Act On Verdict',
        'Quarantine Object',
        'Quarantined',
        'Delete Object',
        'Notify Of Failed Action',
        'Unremoved',
      ],
    ],
    [
      'not moved away, and nobody could be notified',
      { QuarantineObject: fault('AccessDenied'), Notify: fault('InvalidInput') },
      'unremoved',
      ['Tag Object', 'Act On Verdict', 'Quarantine Object', 'Notify Of Failed Action', 'Unremoved'],
    ],
    [
      'not reported',
      { Notify: fault('InvalidInput') },
      'untold',
      ['Tag Object', 'Act On Verdict', 'Quarantine Object', 'Quarantined', 'Delete Object', 'Notify', 'Untold'],
    ],
  ])('counts malware that is %s', async (_, given, problem, path) => {
    const { states, output, status } = await rescan('INFECTED', 'quarantine', given);
    expect({ states: states.slice(3), output, status }).toEqual({
      states: [...path, 'Anything Left', 'Batch Done'],
      output: result(problem),
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
    const { calls, arn, startTime } = await rescan('INFECTED', 'delete', { DeleteObject: fault('AccessDenied') });
    const verdict = verdictOf('INFECTED', 'x');
    const scanId = `${arn}/${createHash('sha256').update(object.key).digest('hex')}`;
    expect(calls.at(-1)).toEqual(['Notify', { scanId, startTime, ...target, verdict, outcome: TAGGED }]);
  });

  it('fails when its function does', async () => {
    const input = { BatchInput: settings('tag'), Items: [listed('a')] };
    expect(await walk(batch, input, { ScanBatch: fault('EngineUnavailable') })).toMatchObject({
      status: 'FAILED',
      error: 'EngineUnavailable',
    });
  });
});
