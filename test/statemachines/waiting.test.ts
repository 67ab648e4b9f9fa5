import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ScanObjectInput } from '../../functions/domain/payloads.ts';
import { DEFAULT_WAIT_SECONDS, LARGE_OBJECT_BYTES, WaitingScan } from '../../functions/domain/waiting-scan.ts';
import { handlerEntry } from '../../infra/constructs/functions/pipeline-function.ts';
import { machineIn, type State } from '../support/state-machine-files.ts';

/** Tasks that wait with a token in a queue: who takes the message, what it holds, how long they wait. */
const { States, TimeoutSeconds = 0 } = machineIn('scan-upload.asl.json');
const waiting = Object.entries(States).filter(([, { Resource = '' }]) => Resource.endsWith('.waitForTaskToken'));
const DAY = 24 * 3600;

interface Rule {
  readonly Next: string;
  readonly And?: readonly object[];
}
const choicesOf = (name: string) => (States[name] as State & { readonly Choices: readonly Rule[] }).Choices;

it('are the scans of small and large objects', () => {
  expect(waiting.map(([name]) => name)).toEqual(['Scan Object', 'Scan Large Object']);
});

describe.each(waiting)('%s', (name, { Resource, Parameters, TimeoutSecondsPath, Retry = [], Catch = [] }) => {
  it('sends to the queue of its own word, whose worker has the handler of that word', () => {
    const word = name.replaceAll(' ', '');
    expect(Resource).toBe(`arn:\${Partition}:states:::sqs:sendMessage.waitForTaskToken`);
    expect(Parameters?.QueueUrl).toBe(`\${${word}QueueUrl}`);
    expect([word, existsSync(handlerEntry(word))]).toEqual([word, true]);
  });

  it('sends the token and what the worker reads, and nothing else', () => {
    const body = Parameters?.MessageBody as Record<string, object>;
    const fields = (value: object) => Object.keys(value).map((key) => key.replace(/\.\$$/, ''));
    expect(fields(body).sort()).toEqual(Object.keys(WaitingScan.shape).sort());
    expect(fields(body.input ?? {}).sort()).toEqual(Object.keys(ScanObjectInput.shape).sort());
    expect(body).toMatchObject({ 'taskToken.$': '$$.Task.Token' });
  });

  it('waits as long as the policy says', () => {
    expect(TimeoutSecondsPath).toBe('$.policy.maxWaitSeconds');
  });

  it('retries no waiting, and gives up with a verdict what every worker abandoned', () => {
    const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
    for (const error of ['States.Timeout', 'ScanAbandoned', 'AnswerUndelivered']) {
      expect([error, retried.includes(error)]).toEqual([error, false]);
      const caught = Catch.find(({ ErrorEquals }) => ErrorEquals.includes(error)) ?? Catch.at(-1);
      expect([error, caught?.Next]).toEqual([error, 'Give Up']);
    }
  });
});

it('large objects, and no others, go to the queue of large objects', () => {
  const toScan = choicesOf('Scan Needed').filter(({ Next }) => Next.startsWith('Scan'));
  const isAllowed = { Variable: '$.fileType.rejection', IsNull: true };
  const isLarge = { Variable: '$.detail.object.size', NumericGreaterThan: LARGE_OBJECT_BYTES };
  expect(toScan).toEqual([
    { And: [isAllowed, isLarge], Next: 'Scan Large Object' },
    { ...isAllowed, Next: 'Scan Object' },
  ]);
});

describe('a policy that does not say how long a scan may wait', () => {
  it('gets the default before anything reads it', () => {
    expect(States['Set Wait']).toMatchObject({
      Result: DEFAULT_WAIT_SECONDS,
      ResultPath: '$.policy.maxWaitSeconds',
      Next: 'Scan Needed',
    });
    expect(choicesOf('Scan Needed')[0]?.Next).toBe('Set Wait');
  });
});

it('an execution outlasts the longest wait that SQS and the configuration allow', () => {
  expect(TimeoutSeconds).toBeGreaterThan(14 * DAY);
});

it('the documentation says the same sizes and times', () => {
  const architecture = readFileSync('docs/architecture.md', 'utf8');
  const said = [`over ${LARGE_OBJECT_BYTES / 1024 ** 2} MiB`, `${TimeoutSeconds / DAY} days`];
  expect(said.filter((words) => !architecture.includes(words))).toEqual([]);
});
