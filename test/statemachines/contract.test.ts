import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import validate from 'asl-validator';
import { ERROR_CLASSES, PLATFORM_ERRORS, SEND_ERRORS, START_ERRORS } from '../../functions/domain/errors.ts';
import {
  type Edge,
  edgesOf,
  graphs,
  type Machine,
  machineIn,
  reachedFrom,
  STATE_MACHINE_FILES,
  type State,
} from '../support/state-machine-files.ts';

/** Checks that state machines, errors, handlers and the stack agree on names. */
const ROOT = join(import.meta.dirname, '../..');
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:';

const ERRORS = new Map(
  ERROR_CLASSES.map((ErrorClass) => {
    const { name, transient } = new ErrorClass('text', 'text');
    return [name as string, { transient, className: ErrorClass.name }];
  }),
);
/** A worker fails with it, not a Task: its queue tries again. */
const RETRIED_BY_QUEUES = ['AnswerUndelivered', 'StartRefused', 'DeploymentUnreadable', 'RefusalUndelivered'];
/** What a service says that no later attempt changes, and where alone it leads. */
const CAUGHT_OF_SERVICES: Readonly<Record<string, string>> = {
  'Lambda.TooManyRequestsException': 'Start Overflow',
  'SQS.InvalidMessageContentsException': 'Key Not Sendable',
};
const TRANSIENT = [...ERRORS].filter(([, { transient }]) => transient).map(([name]) => name);

const isTask = ({ Type }: State) => Type === 'Task';
const sends = ({ Resource = '' }: State) => /:::sqs:sendMessage/.test(Resource);
const starts = ({ Resource = '' }: State) => /:::states:startExecution$/.test(Resource);
const isFunction = ({ Resource = '' }: State) => /FunctionArn\}$/.test(Resource);
const taskName = ({ Resource = '' }: State) => /^\$\{(\w+)FunctionArn\}$/.exec(Resource)?.[1] ?? '';
const spaced = (word: string) => word.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
/** An item of a Map that ends with `problem` is counted as failed; one bad object never fails its batch. */
const endsGreen = ({ Type, End, Parameters }: State) =>
  Type === 'Succeed' || (End === true && typeof Parameters?.problem !== 'string');

describe('errors.ts', () => {
  it('names each class as the state machines match it', () => {
    for (const [name, { className }] of ERRORS) expect(name).toBe(className);
    expect(ERRORS.size).toBe(ERROR_CLASSES.length);
  });

  it('has no transient error that no state retries, except those that a queue retries', () => {
    const retried = STATE_MACHINE_FILES.flatMap(({ machine }) => graphs(machine))
      .flatMap(({ States }) => Object.values(States))
      .flatMap(({ Retry = [] }) => Retry.flatMap(({ ErrorEquals }) => ErrorEquals));
    expect(TRANSIENT.filter((name) => !retried.includes(name))).toEqual(RETRIED_BY_QUEUES);
  });
});

describe.each(STATE_MACHINE_FILES)('$name', ({ text, machine }) => {
  const all = graphs(machine);
  const states = all.flatMap(({ States }) => Object.entries(States));
  const tasks = states.filter(([, state]) => isTask(state));
  const tokens = [...new Set([...text.matchAll(/\$\{([^}]*)\}/g)].map(([, token = '']) => token))];

  it('is what the Amazon States Language allows', () => {
    const deployed = JSON.parse(
      text
        .replace(/\$\{(\w+)FunctionArn\}/g, `${LAMBDA}$1`)
        .replace(/\$\{Partition\}/g, 'aws')
        .replace(/\$\{\w+\}/g, 'token'),
    );
    const { isValid, errorsText } = validate(deployed);
    expect(errorsText()).toBe('');
    expect(isValid).toBe(true);
  });

  it('asks for tokens only inside texts, and only for what the stack has', () => {
    const infra = globSync('infra/**/*.ts', { cwd: ROOT })
      .map((file) => readFileSync(join(ROOT, file), 'utf8'))
      .join('\n');
    const unknown = tokens.filter((token) => !new RegExp(`\\b${token.replace(/FunctionArn$/, '')}\\b`).test(infra));
    expect(unknown).toEqual([]);
    expect(tokens.filter((token) => !/^[A-Z]\w+$/.test(token))).toEqual([]);
    const outsideTexts = text.replace(/"(?:\\.|[^"\\])*"/g, '""');
    expect(outsideTexts).not.toContain('$');
  });

  it('calls functions that have a handler file of the same word, from states of the same word', () => {
    for (const [name, state] of tasks.filter(([, state]) => isFunction(state))) {
      const word = taskName(state);
      const file = `functions/handlers/${spaced(word).toLowerCase().replaceAll(' ', '-')}.ts`;
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      expect(`${name} `.startsWith(`${spaced(word)} `) || name).toBe(true);
    }
  });

  it('calls functions, sends to queues or starts executions, and does nothing else', () => {
    const others = tasks.filter(([, state]) => [isFunction, sends, starts].filter((is) => is(state)).length !== 1);
    expect(others.map(([name]) => name)).toEqual([]);
  });

  it.each<[string, (state: State) => boolean, readonly string[]]>([
    ['start of another execution', starts, START_ERRORS],
    ['message', sends, SEND_ERRORS],
  ])('retries on every %s what the service reports', (_, is, errors) => {
    for (const [state, { Retry = [] }] of tasks.filter(([, state]) => is(state))) {
      const names = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect([state, errors.filter((name) => !names.includes(name))]).toEqual([state, []]);
    }
  });

  it('speaks JSONPath', () => {
    expect(text).not.toMatch(/"(QueryLanguage|Arguments|Output|Assign|Condition|Items)"\s*:/);
    expect(text).not.toContain('{%');
  });

  it('says of every state why it is there', () => {
    expect(machine.Comment).toBeTruthy();
    expect(states.filter(([, { Comment }]) => !Comment).map(([name]) => name)).toEqual([]);
  });

  it('waits for nothing without a limit', () => {
    expect(machine.TimeoutSeconds).toBeGreaterThan(0);
    const limitless = tasks.filter(([, state]) => !state.TimeoutSeconds && !state.TimeoutSecondsPath);
    expect(limitless.map(([name]) => name)).toEqual([]);
  });

  it('reaches every state', () => {
    for (const graph of all) {
      expect([...reachedFrom(graph, graph.StartAt)].sort()).toEqual(Object.keys(graph.States).sort());
    }
  });

  it('retries by name, and only what a later attempt can mend', () => {
    for (const [state, { Retry = [] }] of states) {
      const names = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      const pointless = names.filter(
        (name) =>
          !TRANSIENT.includes(name) && ![...PLATFORM_ERRORS, ...START_ERRORS, ...SEND_ERRORS].some((e) => e === name),
      );
      expect([state, pointless]).toEqual([state, []]);
      expect([state, names.length]).toEqual([state, new Set(names).size]);
    }
  });

  it('retries on every function what Lambda itself reports, or goes on elsewhere', () => {
    for (const [state, { Retry = [], Catch = [] }] of tasks.filter(([, state]) => isFunction(state))) {
      const names = [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals);
      expect([state, PLATFORM_ERRORS.filter((name) => !names.includes(name))]).toEqual([state, []]);
    }
  });

  it('catches on every task: known errors by name, the rest last, the input kept', () => {
    for (const [state, { Catch = [] }] of tasks) {
      // What nobody catches inside a Map fails that child, which the Map counts.
      if (Catch.length === 0 && machine.States[state] === undefined) continue;
      const last = Catch.at(-1);
      expect([state, last?.ErrorEquals]).toEqual([state, ['States.ALL']]);
      for (const { ErrorEquals, ResultPath, Next } of Catch) {
        const unknown = ErrorEquals.filter(
          (name) => !ERRORS.has(name) && name !== 'States.ALL' && CAUGHT_OF_SERVICES[name] !== Next,
        );
        expect([state, unknown]).toEqual([state, []]);
        expect([state, ErrorEquals.includes('States.ALL')]).toEqual([state, ErrorEquals === last?.ErrorEquals]);
        expect([state, ResultPath]).toEqual([state, expect.stringMatching(/^\$\./)]);
      }
    }
  });

  it('fails under names that errors.ts has', () => {
    const names = states.flatMap(([, state]) => (state.Error === undefined ? [] : [state.Error]));
    expect(names.filter((name) => !ERRORS.has(name))).toEqual([]);
  });

  it('ends in Succeed after an error only for ObjectGone', () => {
    for (const graph of all) {
      for (const [from, to, errors] of succeedEdges(graph)) {
        if (errors !== undefined) expect([from, to, errors]).toEqual([from, to, ['ObjectGone']]);
      }
    }
  });

  it('leaves an upload to another execution only after that was asked for', () => {
    for (const graph of all) {
      const before = Object.entries(graph.States).filter(([, state]) =>
        edgesOf(state).some(({ to }) => to === 'Overflowed'),
      );
      expect(before.filter(([, state]) => !sends(state)).map(([name]) => name)).toEqual([]);
    }
  });

  it('lets nothing that was caught end green before a verdict is on the tags', () => {
    for (const graph of all) {
      // What another execution takes over gets its verdict there.
      const untilTagged = (from: string, edge: Edge) =>
        !tags(graph, from) && !forObjectGone(edge) && !passes(graph, from, edge) && !takenOver(edge);
      for (const [from, edge] of caughtEdges(graph)) {
        if (forObjectGone(edge) || takenOver(edge) || comesAfterTag(edge)) continue;
        const { to, errors } = edge;
        const green = [...reachedFrom(graph, to, untilTagged)].filter(
          (name) => endsGreen(stateOf(graph, name)) && !tags(graph, name),
        );
        expect([from, errors, green]).toEqual([from, errors, []]);
      }
    }
  });

  it('lets nothing that was given up end green at all', () => {
    for (const graph of all) {
      for (const [from, { to, errors }] of caughtEdges(graph)) {
        if (!errors?.includes('States.ALL')) continue;
        const reached = reachedFrom(
          graph,
          to,
          (name, edge) => (edge.errors === undefined || isAll(edge)) && !passes(graph, name, edge) && !takenOver(edge),
        );
        const green = [...reached].filter((name) => endsGreen(stateOf(graph, name)));
        expect([from, green]).toEqual([from, []]);
      }
    }
  });
});

describe.each(['scan-upload.asl.json', 'scan-upload-express.asl.json'])('%s', (file) => {
  const machine = machineIn(file);
  const busy = file.includes('express') ? ['Lambda.TooManyRequestsException'] : [];
  const unsendable = file.includes('express') ? [] : ['SQS.InvalidMessageContentsException'];

  it.each([
    ['Check File Type', [...busy, 'ObjectGone', 'ObjectReplaced', 'ObjectTrusted', 'InvalidInput']],
    ['Scan Object', [...busy, 'ObjectGone', 'ObjectReplaced', ...unsendable]],
    ['Tag Object', ['ObjectGone', 'ObjectReplaced', 'InfectedTagged', 'InfectedNotTagged', 'CleanTagged']],
    ['Tag Object As Error', ['ObjectGone', 'ObjectReplaced']],
    ['Find Current Object', ['ObjectGone']],
    ['Quarantine Object', []],
    ['Delete Object', []],
    ['Copy Object', ['ObjectReplaced']],
    ['Copy Object Already Made', []],
  ])('%s has an ending of its own for %j', (name, errors) => {
    const caught = (machine.States[name]?.Catch ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(caught).toEqual([...errors, 'States.ALL']);
  });

  it('takes at most 6 billed transitions on every path that meets no error, no malware and an input of today', () => {
    const unusual = ['Set Wait'];
    const paths = pathsFrom(machine, machine.StartAt, unusual);
    expect(paths).toContainEqual([...['Check File Type', 'Scan Needed', 'Scan Object', 'Tag Object', 'Notify']]);
    // One transition into each state and one out of the last.
    for (const path of paths) expect([path, path.length + 1 <= 6]).toEqual([path, true]);
  });
});

/** Every path to an end that no error takes and that goes through none of these. */
function pathsFrom(graph: Machine, name: string, without: readonly string[]): string[][] {
  if (without.includes(name)) return [];
  const next = edgesOf(stateOf(graph, name)).filter(({ errors }) => errors === undefined);
  if (next.length === 0) return [[name]];
  return [...new Set(next.map(({ to }) => to))].flatMap((to) =>
    pathsFrom(graph, to, without).map((path) => [name, ...path]),
  );
}

function stateOf(graph: Machine, name: string): State {
  const state = graph.States[name];
  if (state === undefined) throw new Error(`${name} is no state`);
  return state;
}

function tags(graph: Machine, name: string): boolean {
  return taskName(stateOf(graph, name)) === 'TagObject';
}

/** The way on from a Choice that lets through only what was summed up as SUCCEEDED, and fails the rest. */
function passes(graph: Machine, name: string, { to }: Edge): boolean {
  const { Choices = [], Default = '' } = stateOf(graph, name);
  return (
    graph.States[Default]?.Type === 'Fail' &&
    Choices.some((rule) => rule.Next === to && rule.StringEquals === 'SUCCEEDED')
  );
}

function takenOver({ to }: Edge): boolean {
  return to === 'Overflowed';
}

function isAll({ errors }: Edge): boolean {
  return errors?.includes('States.ALL') ?? false;
}

/** Tag Object answers so when it is done. */
function comesAfterTag({ errors }: Edge): boolean {
  return errors?.every((name) => /^(?:Clean(?:Again)?|Infected(?:Not)?)Tagged$/.test(name)) ?? false;
}

function forObjectGone({ errors }: Edge): boolean {
  return errors?.length === 1 && errors[0] === 'ObjectGone';
}

function caughtEdges(graph: Machine): readonly (readonly [string, Edge])[] {
  return Object.entries(graph.States).flatMap(([from, state]) =>
    edgesOf(state)
      .filter(({ errors }) => errors !== undefined)
      .map((edge) => [from, edge] as const),
  );
}

function succeedEdges(graph: Machine): readonly (readonly [string, string, readonly string[] | undefined])[] {
  return Object.entries(graph.States).flatMap(([from, state]) =>
    edgesOf(state)
      .filter(({ to }) => stateOf(graph, to).Type === 'Succeed')
      .map(({ to, errors }) => [from, to, errors] as const),
  );
}
