import { describe, expect, it } from '@jest/globals';
import { graphs, type Machine, STATE_MACHINE_FILES, type State } from '../support/state-machine-files.ts';
import { limitsOf, TASK_LIMITS } from './retry-classes.ts';

/*
 * How long each Task may take, what it tries again and where each error leads, held against one table for all state
 * machines: a retrier that is dropped from one of twenty Tasks is seen by nobody who reads the file.
 */
const tasksOf = (machine: Machine) =>
  graphs(machine).flatMap(({ States }) => Object.entries(States).filter(([, { Type }]) => Type === 'Task'));
const wordOf = (name: string, { Resource = '', Parameters = {} }: State) =>
  /^\$\{(\w+)FunctionArn\}$/.exec(Resource)?.[1] ?? /^\$\{(\w+)Url\}$/.exec(String(Parameters.QueueUrl))?.[1] ?? name;

describe.each(STATE_MACHINE_FILES)('in $name', ({ name: file, machine }) => {
  it.each(tasksOf(machine))('%s has the time limit and the retriers of its function', (name, state) => {
    const word = wordOf(name, state);
    const timeout = state.TimeoutSeconds ?? state.TimeoutSecondsPath;
    expect({ word, timeout, retry: state.Retry }).toEqual({ word, ...limitsOf(file, word) });
  });
});

it('no row of the table is without a Task', () => {
  const used = STATE_MACHINE_FILES.flatMap(({ machine }) => tasksOf(machine)).map(([name, state]) =>
    wordOf(name, state),
  );
  expect(Object.keys(TASK_LIMITS).sort()).toEqual([...new Set(used)].sort());
});

type Catches = Readonly<Record<string, Readonly<Record<string, string>>>>;
const ON_KEY = { ObjectGone: 'Object Gone', ObjectReplaced: 'Find Current Object' };
const ON_OBJECT = { ...ON_KEY, 'States.ALL': 'Give Up' };
const UNSENDABLE = { 'SQS.InvalidMessageContentsException': 'Key Not Sendable' };
const WAITING = { ...ON_KEY, ...UNSENDABLE, 'States.ALL': 'Give Up' };

const ANSWERS = {
  InfectedTagged: 'Infected',
  InfectedNotTagged: 'Infected Not Tagged',
  CleanTagged: 'Copy Object',
};

const UPLOAD: Catches = {
  'Check File Type': { ...ON_KEY, ObjectTrusted: 'Trusted', InvalidInput: 'Check Input', 'States.ALL': 'Give Up' },
  'Scan Object': WAITING,
  'Scan Large Object': WAITING,
  'Tag Object': { ...ON_KEY, ...ANSWERS, 'States.ALL': 'Give Up' },
  'Quarantine Object': { 'States.ALL': 'Notify Of Failed Action' },
  'Delete Object': { 'States.ALL': 'Notify Of Failed Action' },
  'Copy Object Already Made': { 'States.ALL': 'Notify Of Failed Action' },
  'Copy Object': { ObjectReplaced: 'Find Current Object', 'States.ALL': 'Not Copied' },
  'Notify Of Failed Copy': { 'States.ALL': 'Action Failed' },
  Notify: { 'States.ALL': 'Notification Failed' },
  'Notify Of Failed Action': { 'States.ALL': 'Action Failed' },
  'Find Current Object': { ObjectGone: 'Object Gone', 'States.ALL': 'Give Up' },
  'Tag Object As Error': { ...ON_OBJECT, 'States.ALL': 'Not Tagged' },
  'Notify Of Error': { 'States.ALL': 'Scan Failed' },
};
const { 'Scan Large Object': _, ...UPLOAD_ALONE } = UPLOAD;

/** Where each error leads. `States.ALL` stands for whatever nothing before it names. */
const CATCHES: Readonly<Record<string, Catches>> = {
  'scan-upload.asl.json': UPLOAD,
  'scan-upload-express.asl.json': {
    ...UPLOAD_ALONE,
    'Check File Type': { 'Lambda.TooManyRequestsException': 'Start Overflow', ...UPLOAD['Check File Type'] },
    'Scan Object': { 'Lambda.TooManyRequestsException': 'Start Overflow', ...ON_OBJECT },
    'Start Overflow': { ...UNSENDABLE, 'States.ALL': 'Give Up' },
  },
  'report-buckets.asl.json': {
    'Report Objects': { 'States.ALL': 'Not Reported' },
    'Write Report': { 'States.ALL': 'Not Reported' },
    'Notify Report': { 'States.ALL': 'Not Reported' },
  },
  'rescan-bucket.asl.json': {
    'Prepare Rescan': { 'States.ALL': 'Rescan Refused' },
    'Rescan Objects': { 'States.ALL': 'Summarize Rescan' },
    'Summarize Rescan': { 'States.ALL': 'Rescan Failed' },
    'Notify Rescan': { 'States.ALL': 'Notification Failed' },
    'Tag Object': { ...ON_KEY, ...ANSWERS, 'States.ALL': 'Not Tagged' },
    'Quarantine Object': { 'States.ALL': 'Notify Of Failed Action' },
    'Delete Object': { 'States.ALL': 'Notify Of Failed Action' },
    'Copy Object Already Made': { 'States.ALL': 'Notify Of Failed Action' },
    'Copy Object': { ObjectReplaced: 'Find Current Object', 'States.ALL': 'Not Copied' },
    'Notify Of Failed Copy': { 'States.ALL': 'Copy Failed' },
    Notify: { 'States.ALL': 'Not Notified' },
    'Notify Of Failed Action': { 'States.ALL': 'Not Removed' },
    'Find Current Object': { ObjectGone: 'Object Gone', 'States.ALL': 'Not Tagged' },
    'Scan Upload': { 'States.ALL': 'Not Tagged' },
  },
  'hunt-bucket.asl.json': {
    'Prepare Hunt': { 'States.ALL': 'Hunt Refused' },
    'Hunt Objects': { 'States.ALL': 'Summarize Hunt' },
    'Summarize Hunt': { 'States.ALL': 'Hunt Failed' },
  },
};

/** Where an error is kept if not in `$.error`: a second fault must not hide the first. */
const ERROR_PATHS: Readonly<Record<string, string>> = {
  'Notify Of Failed Action: States.ALL': '$.notificationError',
  'Notify Of Failed Copy: States.ALL': '$.notificationError',
  'Notify Of Error: States.ALL': '$.notificationError',
  'Tag Object As Error: States.ALL': '$.taggingError',
  'Rescan Objects: States.ALL': '$.failure',
  'Hunt Objects: States.ALL': '$.failure',
  // No faults.
  'Tag Object: InfectedTagged': '$.infected',
  'Tag Object: InfectedNotTagged': '$.infected',
  'Tag Object: CleanTagged': '$.clean',
};

describe.each(STATE_MACHINE_FILES)('the Catches of $name', ({ name: file, machine }) => {
  const catching = graphs(machine).flatMap(({ States }) => Object.entries(States).filter(([, { Catch }]) => Catch));

  it('are those of the table', () => {
    expect(catching.map(([state]) => state).sort()).toEqual(Object.keys(CATCHES[file] ?? {}).sort());
  });

  it.each(catching)('of %s lead where the table says, in its order, and keep the error', (state, { Catch = [] }) => {
    const expected = Object.entries(CATCHES[file]?.[state] ?? {});
    expect(Catch).toEqual(
      expected.map(([error, Next]) => ({
        ErrorEquals: [error],
        ResultPath: ERROR_PATHS[`${state}: ${error}`] ?? '$.error',
        Next,
      })),
    );
  });
});
