import { jest } from '@jest/globals';
import { LocalStateMachine } from '../../emulator/step-functions/state-machine.ts';
import { TaskTokens } from '../../emulator/step-functions/task-tokens.ts';
import { type Machine, STATE_MACHINE_FILES } from '../support/state-machine-files.ts';

/** The instant at which every execution starts, once `stopClock` was called. */
export const START = '2026-11-26T00:00:00.000Z';

/** Stops the clock at `START`; timers run as ever. Undone by `jest.useRealTimers`. */
export function stopClock(): void {
  const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
  const turns = ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const;
  jest.useFakeTimers({ now: Date.parse(START), doNotFake: [...timers, ...turns] });
}

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:';
export const SCAN_UPLOAD = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUpload';

export type Answers = Readonly<Record<string, unknown>>;
export const fault = (name: string) => Object.assign(new Error(`${name} it is`), { name });

/**
 * Walks a machine, or one that is nested in it, with these answers in place of functions: for each a value or a list
 * of them in the order of calls, the last one again and again. What is an Error is thrown, what is a function called.
 */
export async function walk(machine: Machine, input: object, answers: Answers) {
  const definition = JSON.parse(
    JSON.stringify(machine)
      .replace(/\$\{(\w+)FunctionArn\}/g, `${LAMBDA}$1`)
      .replace(/\$\{(\w+)QueueUrl\}/g, '$1')
      .replace(/\$\{ScanUploadArn\}/g, SCAN_UPLOAD)
      .replace(/\$\{Partition\}/g, 'aws'),
  );
  const calls: (readonly [task: string, payload: unknown])[] = [];
  const counts = new Map<string, number>();
  const tokens = new TaskTokens();
  function answerOf(task: string, payload: unknown): unknown {
    const given = [answers[task]].flat();
    const count = counts.get(task) ?? 0;
    counts.set(task, count + 1);
    calls.push([task, payload]);
    const answer = given[Math.min(count, given.length - 1)];
    if (answer === undefined) throw new Error(`no answer for ${task}`);
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer(payload);
    return answer;
  }
  /** Of the worker of a queue. */
  function answerToken(task: string, { taskToken, input }: { taskToken: string; input: unknown }): void {
    try {
      tokens.succeed(taskToken, JSON.parse(JSON.stringify(answerOf(task, input))));
    } catch (fault) {
      const { name, message } = fault as Error;
      tokens.fail(taskToken, name, message);
    }
  }
  const execution = new LocalStateMachine({
    arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Walk',
    roleArn: 'arn:aws:iam::000000000000:role/Walk',
    definition,
    retryWaitMs: 0,
    tokens,
    async invoke(resource, payload) {
      if (!resource.includes(':sqs:sendMessage')) {
        return answerOf(resource.replace(LAMBDA, '').split(':').at(-1) ?? '', payload);
      }
      const { QueueUrl, MessageBody } = payload as { QueueUrl: string; MessageBody: never };
      if (!resource.endsWith('.waitForTaskToken')) return answerOf(QueueUrl, MessageBody);
      answerToken(QueueUrl, MessageBody);
      return {};
    },
  }).start(input, 'walk');
  const { status, states, output, error, cause } = await execution.result;
  return { arn: execution.arn, calls, status, states, output, error, cause };
}

export const machineOf = (file: string) => {
  const machine = STATE_MACHINE_FILES.find(({ name }) => name === file)?.machine;
  if (machine === undefined) throw new Error(`${file} is no state machine`);
  return machine;
};

export const object = { key: 'in/a.txt', size: 7, etag: 'e', 'version-id': 'v', sequencer: '1' };
export const policy = { maxObjectBytes: 10, allowedTypes: ['*'], onInfected: 'tag', maxWaitSeconds: 3600 };
export const verdictOf = (status: string, finding: string | null = null) => ({
  status,
  finding,
  type: 'text/plain',
  definitions: '1',
  activeContent: [],
  scanTime: START,
});
export const CLEAN = verdictOf('CLEAN');
export const INFECTED = verdictOf('INFECTED', 'Eicar');
export const TAGGED = { tagged: true, action: 'tag' };
/** As Tag Object answers. */
export function tagged({ verdict, policy: its }: { verdict: { status: string }; policy?: typeof policy }) {
  const { onInfected = 'tag', onClean } = { ...its } as { onInfected?: string; onClean?: object };
  if (verdict.status === 'INFECTED' && (onInfected !== 'tag' || onClean)) throw fault('InfectedTagged');
  if (verdict.status === 'CLEAN' && onClean) throw fault('CleanTagged');
  return TAGGED;
}
export const DELETED = { tagged: true, action: 'delete' };
