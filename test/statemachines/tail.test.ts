import { describe, expect, it } from '@jest/globals';
import { graphs, machineIn, type State } from '../support/state-machine-files.ts';

/*
 * What is done about a verdict is written twice: for an upload, and in a rescan for each verdict that
 * changed. (EXPRESS has a third, the same as the first: express.test.ts.) The second telling may differ in the paths of its data and in where its endings lead, and in nothing else.
 */
const TAIL = [
  'Tag Object',
  'Infected',
  'Infected Not Tagged',
  'Act On Verdict',
  'Quarantine Object',
  'Quarantined',
  'Delete Object',
  'Notify',
  'Notify Of Failed Action',
  'Copy Object Already Made',
  'Copy Object',
  'Not Copied',
  'Notify Of Failed Copy',
  'Find Current Object',
];

/** Where an upload's data stands, and a rescan's. */
const PATHS: readonly (readonly [upload: string, rescan: string])[] = [
  ['$.detail.bucket.name', '$.bucket'],
  ['$.detail.object', '$.object'],
  // All verdicts of a batch are one execution: the key makes the scan id.
  ['"$$.Execution.Id"', `"States.Format('{}/{}', $$.Execution.Id, States.Hash($.object.key, 'SHA-256'))"`],
];

/** An upload's state that a rescan has another of in its place. */
const ENDINGS: Readonly<Record<string, string>> = {
  'Give Up': 'Not Tagged',
  'Action Failed': 'Not Removed',
  'Notification Failed': 'Not Notified',
  'Check File Type': 'Scan Upload',
};

const statesOf = (file: string): Readonly<Record<string, State>> =>
  graphs(machineIn(file)).find(({ States }) => 'Tag Object' in States)?.States ?? {};
const upload = statesOf('scan-upload.asl.json');
const rescan = statesOf('rescan-bucket.asl.json');

/** Where a state has another ending than the others. */
const ENDING_OF: Readonly<Record<string, string>> = { 'Notify Of Failed Copy': 'Copy Failed' };

function asInRescan(name: string, { Comment, ...state }: State): State {
  const text = PATHS.reduce((json, [here, there]) => json.replaceAll(here, () => there), JSON.stringify(state));
  return JSON.parse(text, (key, value) =>
    key === 'Next' && value in ENDINGS ? (ENDING_OF[name] ?? ENDINGS[value]) : value,
  );
}

describe('the tail of a rescan', () => {
  it.each(TAIL)('has the %s of uploads', (name) => {
    const { Comment, ...state } = rescan[name] ?? { Type: 'none' };
    const expected = asInRescan(name, upload[name] ?? { Type: 'missing' });
    // The results of a batch hold numbers only.
    expect(state).toEqual(name === 'Notify' ? { ...expected, OutputPath: '$.applied' } : expected);
  });
});
