import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type EngineReply, NO_HEADERS, type Scratch } from '../../functions/domain/ports.ts';
import { scanContent } from '../../functions/domain/scan-content.ts';
import { NOTHING_INSIDE } from '../support/nothing-inside.ts';
import {
  type Answers,
  CLEAN,
  DELETED,
  fault,
  INFECTED,
  machineOf,
  object,
  policy,
  START,
  stopClock,
  TAGGED,
  tagged,
  verdictOf,
  walk,
} from './walk.ts';

const ANSWER: EngineReply = { infected: false, signatures: [], unscanned: [], definitions: '1' };

/*
 * Every path, with answers in place of functions: which states are visited, exactly what each Task is handed, and how
 * it ends. Over 250 lines, since there are many.
 */
beforeAll(stopClock);
afterAll(() => void jest.useRealTimers());

describe('scan-upload', () => {
  const machine = machineOf('scan-upload.asl.json');
  const detail = { bucket: { name: 'uploads' }, object, 'request-id': 'r', reason: 'PutObject' };
  const target = { bucket: 'uploads', object };
  const ALLOWED = { type: 'text/plain', headers: 'digest', rejection: null };
  const answers: Answers = {
    CheckFileType: ALLOWED,
    ScanObject: CLEAN,
    TagObject: tagged,
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
  const check = ['CheckFileType', { upload: { detail, policy } }] as const;
  const scan = ['ScanObject', { ...target, policy, type: 'text/plain', headers: 'digest' }] as const;
  const under = (onInfected: string) => {
    const its = { ...policy, onInfected };
    return [
      ['CheckFileType', { upload: { detail, policy: its } }],
      ['ScanObject', { ...target, policy: its, type: 'text/plain', headers: 'digest' }],
      ['TagObject', { ...target, verdict: INFECTED, policy: its }],
    ] as const;
  };
  const SCANNED = ['Check File Type', 'Scan Needed', 'Scan Object', 'Tag Object'];
  const TO_ACT = ['Infected', 'Act On Verdict'];

  it('of clean content', async () => {
    const { states, calls, status, output, arn } = await upload();
    const tag = ['TagObject', { ...target, verdict: CLEAN, policy }];
    const notify = ['Notify', { scanId: arn, startTime: START, ...target, verdict: CLEAN, outcome: TAGGED }];
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

  it('of content in which something is active: the notification names it', async () => {
    const verdict = { ...CLEAN, activeContent: ['pdf-javascript'] };
    const { calls } = await upload({}, { ScanObject: verdict });
    expect(calls.slice(-2)).toEqual([
      ['TagObject', { ...target, verdict, policy }],
      ['Notify', expect.objectContaining({ verdict })],
    ]);
  });

  it.each([
    ['of just the largest size', { size: 10 }, [...SCANNED, 'Notify']],
    ['over it', { size: 11 }, ['Check File Type', 'Scan Needed', 'Too Large', 'Tag Object', 'Notify']],
    ['empty', { size: 0 }, ['Check File Type', 'Scan Needed', 'Empty', 'Tag Object', 'Notify']],
  ])('of content %s', async (_, over, expected) => {
    const { states, status, calls } = await upload({ object: over });
    expect({ status, states }).toEqual({ status: 'SUCCEEDED', states: expected });
    const unread = { type: null, definitions: null, activeContent: [], scanTime: START };
    const [tag] = calls.filter(([task]) => task === 'TagObject');
    const verdict =
      over.size > 10
        ? { status: 'UNSCANNABLE', finding: 'too-large', ...unread }
        : over.size === 0
          ? { status: 'CLEAN', finding: null, ...unread }
          : CLEAN;
    expect(tag).toEqual(['TagObject', { bucket: 'uploads', object: { ...object, ...over }, verdict, policy }]);
  });

  it.each([0, 1, 9, 10, 11, 2 ** 40])('of %i bytes, decided as a rescan decides', async (size) => {
    const engine = { scan: async () => ANSWER, definitionsVersion: async () => '1' };
    const scratch: Scratch = { withCopy: (_, use) => use({ path: 'copy' }, NO_HEADERS) };
    const ofRescan = await scanContent(
      { engine, scratch, ...NOTHING_INSIDE, clock: () => new Date(START) },
      { bucket: 'uploads', key: object.key, etag: object.etag, size },
      { ...policy, activeContent: 'allow' },
      null,
    );
    const scanned = { ...ofRescan, type: 'text/plain' };
    const { calls } = await upload({ object: { size } }, { ScanObject: scanned });
    const tagged = calls.find(([task]) => task === 'TagObject')?.[1];
    const wasScanned = calls.some(([task]) => task === 'ScanObject');
    expect(tagged).toMatchObject({ verdict: wasScanned ? scanned : ofRescan });
    expect(wasScanned).toBe(ofRescan.definitions !== null);
  });

  it('of a refused type', async () => {
    const rejection = { ...verdictOf('REJECTED', 'type:text/html'), definitions: null };
    const { states, calls, status, arn } = await upload({}, { CheckFileType: { type: 'text/html', rejection } });
    expect({ status, states }).toEqual({
      status: 'SUCCEEDED',
      states: [...SCANNED.slice(0, 2), 'Rejected', 'Tag Object', 'Notify'],
    });
    expect(calls.slice(1)).toEqual([
      ['TagObject', { ...target, verdict: rejection, policy }],
      ['Notify', { scanId: arn, startTime: START, ...target, verdict: rejection, outcome: TAGGED }],
    ]);
  });

  it.each([
    ['tag', 'INFECTED', []],
    ['tag', 'UNSCANNABLE', []],
    ['quarantine', 'INFECTED', [...TO_ACT, 'Quarantine Object', 'Quarantined', 'Delete Object']],
    ['quarantine', 'UNSCANNABLE', []],
    ['quarantine', 'CLEAN', []],
    ['delete', 'INFECTED', [...TO_ACT, 'Delete Object']],
    ['delete', 'UNSCANNABLE', []],
    ['delete', 'CLEAN', []],
  ])('under %s of what is %s', async (onInfected, status, acts) => {
    const { states } = await upload({ policy: { onInfected } }, { ScanObject: verdictOf(status, 'x') });
    expect(states).toEqual([...SCANNED, ...acts, 'Notify']);
  });

  it('of malware that is moved away', async () => {
    const moved = { tagged: true, action: 'quarantine' };
    const over = { ScanObject: INFECTED, DeleteObject: moved };
    const { calls, arn } = await upload({ policy: { onInfected: 'quarantine' } }, over);
    expect(calls).toEqual([
      ...under('quarantine'),
      ['QuarantineObject', { ...target, verdict: INFECTED }],
      ['DeleteObject', { ...target, action: 'quarantine', outcome: TAGGED }],
      ['Notify', { scanId: arn, startTime: START, ...target, verdict: INFECTED, outcome: moved }],
    ]);
  });

  it('of malware that was gone before it could be copied', async () => {
    const over = { ScanObject: INFECTED, QuarantineObject: { copied: false } };
    const { states, calls, arn } = await upload({ policy: { onInfected: 'quarantine' } }, over);
    expect(states).toEqual([...SCANNED, ...TO_ACT, 'Quarantine Object', 'Quarantined', 'Notify']);
    expect(calls.at(-1)).toEqual([
      'Notify',
      { scanId: arn, startTime: START, ...target, verdict: INFECTED, outcome: TAGGED },
    ]);
  });

  it('of malware that is deleted', async () => {
    const { calls, arn } = await upload({ policy: { onInfected: 'delete' } }, { ScanObject: INFECTED });
    expect(calls).toEqual([
      ...under('delete'),
      ['DeleteObject', { ...target, action: 'delete', outcome: TAGGED }],
      ['Notify', { scanId: arn, startTime: START, ...target, verdict: INFECTED, outcome: DELETED }],
    ]);
  });

  it.each([
    ['QuarantineObject', ['Quarantine Object']],
    ['DeleteObject', ['Quarantine Object', 'Quarantined', 'Delete Object']],
  ])('of malware that stays, since %s fails', async (task, acts) => {
    const over = { ScanObject: INFECTED, [task]: fault('AccessDenied') };
    const { states, calls, status, error, cause, arn } = await upload({ policy: { onInfected: 'quarantine' } }, over);
    expect({ states, status, error, cause }).toEqual({
      states: [...SCANNED, ...TO_ACT, ...acts, 'Notify Of Failed Action', 'Action Failed'],
      status: 'FAILED',
      error: 'AccessDenied',
      cause: expect.stringContaining('AccessDenied it is'),
    });
    expect(calls.at(-1)).toEqual([
      'Notify',
      { scanId: arn, startTime: START, ...target, verdict: INFECTED, outcome: TAGGED },
    ]);
    const unheard = await upload({ policy: { onInfected: 'quarantine' } }, { ...over, Notify: fault('InvalidInput') });
    // The execution fails with the first fault.
    expect(unheard).toMatchObject({ states, status: 'FAILED', error: 'AccessDenied' });
  });

  it.each([
    ['CheckFileType', SCANNED.slice(0, 1)],
    ['ScanObject', SCANNED.slice(0, 3)],
    ['TagObject', SCANNED.slice(0, 4)],
  ])('of what is gone at %s', async (task, until) => {
    const { states, status, calls } = await upload({}, { [task]: fault('ObjectGone') });
    expect({ states, status }).toEqual({ states: [...until, 'Object Gone'], status: 'SUCCEEDED' });
    expect(calls.some(([called]) => called === 'Notify')).toBe(false);
  });

  it.each([
    ['CheckFileType', SCANNED.slice(0, 1), ALLOWED],
    ['ScanObject', SCANNED.slice(0, 3), CLEAN],
    ['TagObject', SCANNED.slice(0, 4), TAGGED],
  ])('of what is replaced at %s begins again with what is there', async (task, until, answer) => {
    const { states, status, calls, arn } = await upload({}, { [task]: [fault('ObjectReplaced'), answer] });
    expect({ states, status }).toEqual({
      states: [...until, 'Find Current Object', ...SCANNED, 'Notify'],
      status: 'SUCCEEDED',
    });
    const found = calls.findIndex(([called]) => called === 'FindCurrentObject');
    const now = { bucket: 'uploads', object: answers.FindCurrentObject };
    expect(calls.slice(found)).toEqual([
      ['FindCurrentObject', { bucket: 'uploads', key: object.key }],
      ['CheckFileType', { upload: expect.objectContaining({ detail: { ...detail, object: now.object }, policy }) }],
      ['ScanObject', { ...now, policy, type: 'text/plain', headers: 'digest' }],
      ['TagObject', { ...now, verdict: CLEAN, policy }],
      ['Notify', { scanId: arn, startTime: START, ...now, verdict: CLEAN, outcome: TAGGED }],
    ]);
  });

  const errorVerdict = (scanTime: string) => ({
    status: 'ERROR',
    finding: 'AccessDenied',
    type: null,
    definitions: null,
    activeContent: [],
    scanTime,
  });

  it.each([
    ['CheckFileType', SCANNED.slice(0, 1), fault('AccessDenied')],
    ['ScanObject', SCANNED.slice(0, 3), fault('AccessDenied')],
    ['TagObject', SCANNED.slice(0, 4), [fault('AccessDenied'), TAGGED]],
    ['FindCurrentObject', [...SCANNED.slice(0, 1), 'Find Current Object'], fault('AccessDenied')],
  ])('of what %s gives up on is tagged ERROR, reported and fails', async (task, until, answer) => {
    const replaced = task === 'FindCurrentObject' ? { CheckFileType: fault('ObjectReplaced') } : {};
    const { states, status, calls, error, cause, arn } = await upload({}, { ...replaced, [task]: answer });
    expect({ states, status, error, cause }).toEqual({
      states: [...until, 'Give Up', 'Tag Object As Error', 'Notify Of Error', 'Scan Failed'],
      status: 'FAILED',
      error: 'AccessDenied',
      cause: expect.stringContaining('AccessDenied it is'),
    });
    const verdict = errorVerdict(START);
    expect(calls.slice(-2)).toEqual([
      ['TagObject', { ...target, verdict }],
      ['Notify', { scanId: arn, startTime: START, ...target, verdict, outcome: TAGGED }],
    ]);
  });

  it('of what cannot be tagged ERROR either is reported as untagged', async () => {
    const over = { ScanObject: fault('AccessDenied'), TagObject: fault('InvalidInput') };
    const { states, status, calls, error, arn } = await upload({}, over);
    expect({ states: states.slice(3), status, error }).toEqual({
      states: ['Give Up', 'Tag Object As Error', 'Not Tagged', 'Notify Of Error', 'Scan Failed'],
      status: 'FAILED',
      error: 'AccessDenied',
    });
    const outcome = { tagged: false, action: 'none' };
    const verdict = errorVerdict(START);
    expect(calls.at(-1)).toEqual(['Notify', { scanId: arn, startTime: START, ...target, verdict, outcome }]);
  });

  it.each([
    ['ObjectGone', ['Object Gone'], 'SUCCEEDED'],
    ['ObjectReplaced', ['Find Current Object', ...SCANNED, 'Notify'], 'SUCCEEDED'],
  ])('of what is %s when it should be tagged ERROR', async (name, rest, expected) => {
    const over = { ScanObject: [fault('AccessDenied'), CLEAN], TagObject: [fault(name), TAGGED] };
    const { states, status } = await upload({}, over);
    expect({ states: states.slice(5), status }).toEqual({ states: rest, status: expected });
    expect(states.slice(3, 5)).toEqual(['Give Up', 'Tag Object As Error']);
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
      states: [...SCANNED, 'Notification Failed'].toSpliced(4, 0, 'Notify'),
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
    ['no limit', { bucket: { name: 'b' }, object }, { policy }],
    ['a limit that is no number', { bucket: { name: 'b' }, object }, { ...LIMITED, maxObjectBytes: '10' }],
    ['no onInfected', { bucket: { name: 'b' }, object }, { maxObjectBytes: 10 }],
  ])('of an input with %s', async (_, odd, its) => {
    const { states, status, error, cause, calls } = await walk(machine, { detail: odd, policy: its } as object, {
      ...answers,
      CheckFileType: fault('InvalidInput'),
    });
    expect({ states, status, error, cause, calls }).toEqual({
      states: ['Check File Type', 'Check Input', 'Invalid Input'],
      status: 'FAILED',
      error: 'InvalidInput',
      cause: 'The input is not { detail: Object Created detail, policy: { maxObjectBytes, ... } }.',
      calls: [['CheckFileType', { upload: { detail: odd, policy: its } }]],
    });
  });

  it('of a key under a trusted prefix reads and tags nothing, and fails', async () => {
    const { states, status, error, calls } = await upload({}, { CheckFileType: fault('ObjectTrusted') });
    expect({ states, status, error }).toEqual({
      states: ['Check File Type', 'Trusted'],
      status: 'FAILED',
      error: 'ObjectTrusted',
    });
    expect(calls.map(([task]) => task)).toEqual(['CheckFileType']);
  });

  it('of an object whose policy is refused has its own verdict', async () => {
    const { states } = await upload({}, { CheckFileType: fault('InvalidInput') });
    expect(states.slice(0, 4)).toEqual(['Check File Type', 'Check Input', 'Give Up', 'Tag Object As Error']);
  });

  const copyTo = { bucket: 'clean', prefix: 'in/' };
  const onClean = { copyTo };
  const copied = { tagged: true, action: 'tag', copiedTo: { bucket: 'clean', key: 'in/in/a.txt', versionId: 'c' } };

  it('of clean content that is to be copied', async () => {
    const { states, calls, arn } = await upload({ policy: { onClean } }, { CopyObject: copied });
    expect(states).toEqual([...SCANNED, 'Copy Object', 'Notify']);
    expect(calls.slice(-3)).toEqual([
      ['TagObject', { ...target, verdict: CLEAN, policy: { ...policy, onClean } }],
      ['CopyObject', { ...target, verdict: CLEAN, copyTo }],
      ['Notify', { scanId: arn, startTime: START, ...target, verdict: CLEAN, outcome: copied }],
    ]);
  });

  it('of clean content that cannot be copied: it is reported, and the execution fails', async () => {
    const over = { CopyObject: fault('CopyRefused') };
    const { states, calls, status, error, cause, arn } = await upload({ policy: { onClean } }, over);
    expect({ states, status, error, cause }).toEqual({
      states: [...SCANNED, 'Copy Object', 'Not Copied', 'Notify Of Failed Copy', 'Action Failed'],
      status: 'FAILED',
      error: 'CopyRefused',
      cause: expect.stringContaining('CopyRefused it is'),
    });
    const outcome = { ...TAGGED, copiedTo: null };
    expect(calls.at(-1)).toEqual(['Notify', { scanId: arn, startTime: START, ...target, verdict: CLEAN, outcome }]);
    const unheard = await upload({ policy: { onClean } }, { ...over, Notify: fault('InvalidInput') });
    expect(unheard).toMatchObject({ states, status: 'FAILED', error: 'CopyRefused' });
  });

  it('of clean content that is replaced before it is copied begins again with what is there', async () => {
    const over = { CopyObject: [fault('ObjectReplaced'), copied] };
    const { states, status } = await upload({ policy: { onClean } }, over);
    const whole = [...SCANNED, 'Copy Object'];
    expect({ states, status }).toEqual({
      states: [...whole, 'Find Current Object', ...whole, 'Notify'],
      status: 'SUCCEEDED',
    });
  });

  it.each([
    ['tag', []],
    ['quarantine', ['Quarantine Object', 'Quarantined', 'Delete Object']],
  ])('of malware that may have been copied before, under %s, names the copy', async (onInfected, acts) => {
    const over = { ScanObject: INFECTED, CopyObject: copied };
    const { states, calls } = await upload({ policy: { onInfected, onClean } }, over);
    const LOOKED = ['Infected', 'Act On Verdict', 'Copy Object Already Made', 'Act On Verdict'];
    expect(states).toEqual([...SCANNED, ...LOOKED, ...acts, 'Notify']);
    expect(calls[3]).toEqual(['CopyObject', { ...target, verdict: INFECTED, copyTo, outcome: TAGGED }]);
    const last = acts.length > 0 ? ['DeleteObject', 'Notify'] : ['Notify'];
    expect(calls.slice(-last.length).map(([task]) => task)).toEqual(last);
    expect(calls.at(-last.length)?.[1]).toMatchObject({ outcome: copied });
  });

  it('of malware whose copy cannot be looked for stays, and the execution fails', async () => {
    const over = { ScanObject: INFECTED, CopyObject: fault('AccessDenied') };
    const { states, status, error } = await upload({ policy: { onInfected: 'delete', onClean } }, over);
    expect({ last: states.slice(-3), status, error }).toEqual({
      last: ['Copy Object Already Made', 'Notify Of Failed Action', 'Action Failed'],
      status: 'FAILED',
      error: 'AccessDenied',
    });
  });

  it.each(['REJECTED', 'UNSCANNABLE'])('of what is %s is not copied', async (status) => {
    const { states } = await upload({ policy: { onClean } }, { ScanObject: verdictOf(status, 'x') });
    expect(states).toEqual([...SCANNED, 'Notify']);
  });

  it('of malware without room for its tag, moved or deleted all the same', async () => {
    const over = { ScanObject: INFECTED, TagObject: fault('InfectedNotTagged') };
    const { states, calls } = await upload({ policy: { onInfected: 'delete' } }, over);
    expect(states).toEqual([...SCANNED, 'Infected Not Tagged', 'Act On Verdict', 'Delete Object', 'Notify']);
    expect(calls.at(-2)?.[1]).toMatchObject({ action: 'delete', outcome: { tagged: false, action: 'none' } });
  });
});

it('is given up after a year, the longest that AWS allows: each Task has its own limit, and may wait again', () => {
  expect(machineOf('scan-upload.asl.json').TimeoutSeconds).toBe(365 * 24 * 3600);
});
