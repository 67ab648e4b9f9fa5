import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Path = readonly (string | number)[];

/** A change of one place: the place gone, or another value in it. */
interface Change {
  readonly mutator: string;
  readonly path: Path;
  readonly value: Json | undefined;
}

/** Comparison operators and the neighbor that is most easily written in their place. */
const NEIGHBORS: Readonly<Record<string, string>> = {
  NumericGreaterThan: 'NumericGreaterThanEquals',
  NumericGreaterThanPath: 'NumericGreaterThanEqualsPath',
  NumericLessThan: 'NumericLessThanEquals',
  NumericLessThanEquals: 'NumericLessThan',
  And: 'Or',
  Or: 'And',
};

/** Every fault of one place in a state machine: a field dropped, a number, a path, a target or an error changed. */
export function stateMachineMutants(root: string, file: string): Mutant[] {
  const text = readFileSync(join(root, file), 'utf8');
  const machine = JSON.parse(text) as Json;
  const resources = [...new Set(text.match(/\$\{\w+FunctionArn\}/g))];
  const pretty = JSON.stringify(machine, null, 2);
  return changesOf(machine, [], [], resources).map(({ mutator, path, value }) => {
    const original = valueAt(machine, path);
    return {
      file,
      line: lineOf(pretty, machine, path),
      mutator,
      original: `${path.join('.')}: ${JSON.stringify(original)}`,
      replacement: value === undefined ? 'dropped' : JSON.stringify(value),
      text: JSON.stringify(changed(machine, path, value), null, 2),
    };
  });
}

function changesOf(value: Json, path: Path, states: readonly string[], resources: readonly string[]): Change[] {
  const key = path.at(-1);
  const here = (mutator: string, other: Json | undefined): Change => ({ mutator, path, value: other });
  if (typeof value === 'boolean') return [here('Boolean', !value)];
  if (typeof value === 'number') return [here('Number', value * 2 + 1), ...(value > 1 ? [here('Number', 1)] : [])];
  if (typeof value === 'string')
    return changedStrings(value, key, states, resources).map((other) => here('String', other));
  if (value === null) return [here('Null', 'something')];
  if (isList(value)) {
    return value.flatMap((item, index) => [
      { mutator: 'DroppedItem', path: [...path, index], value: undefined },
      ...changesOf(item, [...path, index], states, resources),
    ]);
  }
  const isMachine = value.States !== undefined;
  const names = isMachine ? Object.keys(value.States as object) : states;
  return Object.entries(value).flatMap(([name, item]): Change[] => {
    if (name === 'Comment' || name === 'Type') return [];
    const at = [...path, name];
    const neighbor = NEIGHBORS[name];
    return [
      ...(isMachine || key === 'States' ? [] : [{ mutator: 'DroppedField', path: at, value: undefined }]),
      ...(neighbor === undefined
        ? []
        : [{ mutator: 'Comparison', path, value: { ...without(value, name), [neighbor]: item } }]),
      ...changesOf(item, at, names, resources),
    ];
  });
}

/** Other values of the same kind: another state, another function, another path, another word. */
function changedStrings(
  value: string,
  key: string | number | undefined,
  states: readonly string[],
  resources: readonly string[],
): string[] {
  if (key === 'Next' || key === 'Default' || key === 'StartAt') return [next(states, value)];
  if (resources.includes(value)) return [next(resources, value)];
  if (value === '$') return ['$.other'];
  if (value.startsWith('$$.'))
    return ['$$.Execution.StartTime', '$$.Execution.Name'].filter((path) => path !== value).slice(0, 1);
  if (value.startsWith('$.')) return [value.includes('.', 2) ? value.slice(0, value.lastIndexOf('.')) : '$'];
  return [`${value}x`];
}

function next(names: readonly string[], name: string): string {
  return names[(names.indexOf(name) + 1) % names.length] ?? name;
}

function changed(value: Json, [key, ...rest]: Path, other: Json | undefined): Json {
  if (key === undefined) return other ?? null;
  if (isList(value)) {
    return value.flatMap((item, index) => {
      if (index !== key) return [item];
      return rest.length === 0 && other === undefined ? [] : [changed(item, rest, other)];
    });
  }
  const fields = value as { readonly [key: string]: Json };
  if (rest.length === 0 && other === undefined) return without(fields, String(key));
  return { ...fields, [key]: changed(fields[key] ?? null, rest, other) };
}

function without(fields: { readonly [key: string]: Json }, name: string): { readonly [key: string]: Json } {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, key) => (inner as never)[key], value);
}

/** Where it stands when the file is written with one value a line. */
function lineOf(pretty: string, machine: Json, path: Path): number {
  const marker = '\u0000';
  const marked = JSON.stringify(changed(machine, path, marker), null, 2);
  return Math.min(marked.slice(0, marked.indexOf('\\u0000')).split('\n').length, pretty.split('\n').length);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
