import { describe, expect, it, test } from '@jest/globals';
import type { CdkFiles } from '../../../infra/config/cdk-files.ts';
import { ConfigurationError } from '../../../infra/config/configuration-error.ts';
import { findAirlock } from '../../../infra/config/find-airlock.ts';

const AIRLOCK = { onInfected: 'delete' };

/** Finds it as CDK passes it on: the context of all files, and the command's over it. */
function find(files: Partial<CdkFiles>, command: Record<string, string> = {}) {
  const { project = {}, cached = {}, user = {} } = files;
  const context = { ...(user.context as object), ...cached, ...(project.context as object), ...command };
  return findAirlock(context, { project, cached, user });
}

function faults(files: Partial<CdkFiles>, command: Record<string, string> = {}): string[] {
  try {
    find(files, command);
  } catch (fault) {
    if (fault instanceof ConfigurationError) return fault.message.split('\n');
    throw fault;
  }
  return [];
}

const inContext = (context: object) => ({ project: { app: 'node infra/app.ts', context } });

describe('findAirlock', () => {
  it('finds it in the context of cdk.json, among the flags and keys of others', () => {
    const context = { airlock: AIRLOCK, '@aws-cdk/core:checkSecretUsage': true, 'availability-zones': [], blocked: {} };
    expect(find(inContext(context))).toEqual({ airlock: AIRLOCK, notices: [] });
  });

  it('leaves what is no object to the schema', () => {
    for (const airlock of [null, [], 5, true]) expect(find(inContext({ airlock })).airlock).toEqual(airlock);
  });

  it('takes JSON text from the command line, and says that it replaces the file', () => {
    const text = JSON.stringify(AIRLOCK);
    expect(find({}, { airlock: text })).toEqual({ airlock: AIRLOCK, notices: [] });
    expect(find(inContext({ airlock: AIRLOCK }), { airlock: text }).notices).toEqual([]);
    expect(find(inContext({ airlock: {} }), { airlock: text })).toEqual({
      airlock: AIRLOCK,
      notices: ['-c airlock replaces the whole object airlock of cdk.json'],
    });
  });

  it('does not count what was put aside on purpose', () => {
    const context = { airlock: AIRLOCK, '//airlock': {}, _airlock: {}, '#airlock': {}, 'airlock-old': {} };
    expect(faults({ project: { context, '//airlock': {} } })).toEqual([]);
  });
});

describe('a configuration that would be ignored', () => {
  const meant = (path: string) => [`${path} in cdk.json: CDK does not read it there, did you mean context.airlock?`];
  const unknown = (key: string) => [`context key ${key}: unknown, did you mean airlock?`];
  const single = (key: string) => [
    `context key ${key}: nothing reads single keys, use cdk.json or -c 'airlock={…}' with the whole object`,
  ];

  test.each<[string, Partial<CdkFiles>, string[]]>([
    ['beside the context', { project: { airlock: AIRLOCK } }, meant('airlock')],
    ['misspelled beside it', { project: { Airlok: AIRLOCK, context: {} } }, meant('Airlok')],
    ['beside a context that has one', { project: { airlock: {}, context: { airlock: {} } } }, meant('airlock')],
    ['in a misspelled context', { project: { contex: { airlock: AIRLOCK } } }, meant('contex.airlock')],
    ['misspelled', inContext({ airlok: AIRLOCK }), unknown('airlok')],
    ['in capitals', inContext({ AirLock: AIRLOCK }), unknown('AirLock')],
    ['under a longer name', inContext({ 's3-airlock-config': AIRLOCK }), unknown('s3-airlock-config')],
    ['misspelled beside a right one', inContext({ airlocks: AIRLOCK, airlock: {} }), unknown('airlocks')],
    ['by single keys', inContext({ 'airlock.onInfected': 'delete', airlock: {} }), single('airlock.onInfected')],
    [
      "in CDK's own notes",
      { cached: { airlock: AIRLOCK } },
      ['airlock in cdk.context.json: CDK clears that file, move it to context.airlock in cdk.json'],
    ],
    [
      "in the user's file",
      { user: { context: { airlock: AIRLOCK } } },
      [
        'context.airlock in ~/.cdk.json: another computer would deploy something else, move it to context.airlock in cdk.json',
      ],
    ],
  ])('%s', (_, files, expected) => {
    expect(faults(files)).toEqual(expected);
  });

  it('by single keys of the command, or misspelled there', () => {
    const file = inContext({ airlock: AIRLOCK });
    expect(faults(file, { 'airlock.engine.memoryMb': '4096' })).toEqual(single('airlock.engine.memoryMb'));
    expect(faults(file, { airlok: '{}' })).toEqual(unknown('airlok'));
  });

  it('as text that is no JSON, as shells make it', () => {
    expect(faults({}, { airlock: '{onInfected:delete}' })).toEqual([
      `airlock: "{onInfected:delete}" is not JSON. In a shell, put it in single quotes: -c 'airlock={"onInfected": "delete"}'`,
    ]);
    expect(faults({}, { airlock: '' })).toHaveLength(1);
  });

  it('is named in one line each, all at once', () => {
    expect(faults({ project: { airlock: {}, context: { airlok: {} } }, cached: { airlock: {} } })).toHaveLength(3);
  });
});

it('without any configuration, names the command that writes one', () => {
  for (const files of [{}, { project: { context: {} } }, { project: { context: [] } }]) {
    expect(faults(files).join('\n')).toContain('run `npx airlock init`');
  }
});
