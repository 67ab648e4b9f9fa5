import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from './benchmarks.ts';
import { requestOf, UsageError } from './command-line.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  engine: { file: 'engine.ts', options: { quick: 'flag', definitions: 'folder' }, quick: true },
  hunt: { file: 'hunt.ts', options: { objects: 'count' } },
  rescan: { file: 'rescan.ts', options: { objects: 'count' } },
  cost: { file: 'cost.ts', options: { counts: 'flag' }, onlyByName: true },
};
const runs = (...args: string[]) => requestOf(args, BENCHMARKS).runs.map(({ name, args }) => [name, ...args]);

describe('without a name', () => {
  it('runs all but those that change files', () => {
    expect(runs()).toEqual([['engine'], ['hunt'], ['rescan']]);
  });

  it('runs with --quick those that have a quick form', () => {
    expect(runs('--quick')).toEqual([['engine', '--quick']]);
  });

  it('gives an option to each benchmark that has it', () => {
    expect(runs('--objects', '10')).toEqual([['engine'], ['hunt', '--objects', '10'], ['rescan', '--objects', '10']]);
  });
});

describe('with names', () => {
  it('runs these in that order, each once', () => {
    expect(runs('rescan', 'engine', 'rescan')).toEqual([['rescan'], ['engine']]);
  });

  it('runs what changes files too', () => {
    expect(runs('cost', '--counts')).toEqual([['cost', '--counts']]);
  });
});

it('asks for JSON', () => {
  expect([requestOf(['--json'], BENCHMARKS).json, requestOf([], BENCHMARKS).json]).toEqual([true, false]);
});

it.each<[string, string[], string]>([
  ['an unknown name', ['speed'], 'no benchmark speed; there are engine, hunt, rescan, cost'],
  ['a name of every object', ['constructor'], 'no benchmark constructor'],
  ['an unknown option', ['--fast'], "Unknown option '--fast'; there are --json, --quick"],
  ['an option without its value', ['--definitions'], '--definitions'],
  ['an option of another benchmark', ['hunt', '--definitions', '.'], '--definitions is not for hunt'],
  ['no number', ['hunt', '--objects', 'many'], '--objects: no number above 0: many'],
  ['a folder that is not there', ['engine', '--definitions', 'nowhere'], '--definitions: no folder: nowhere'],
  ['no quick form', ['--quick', 'hunt', 'engine'], '--quick is not for hunt'],
])('refuses %s', (_, args, message) => {
  expect(() => requestOf(args, BENCHMARKS)).toThrow(UsageError);
  expect(() => requestOf(args, BENCHMARKS)).toThrow(message);
});
