import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Benchmark, OptionType } from './benchmarks.ts';

export interface Request {
  readonly json: boolean;
  readonly quick: boolean;
  /** In the order in which they run, each with its own arguments. */
  readonly runs: readonly { readonly name: string; readonly benchmark: Benchmark; readonly args: readonly string[] }[];
}

/** What was asked for cannot be run as it is. */
export class UsageError extends Error {}

type Benchmarks = Readonly<Record<string, Benchmark>>;

/** @throws UsageError that says what there is instead */
export function requestOf(given: readonly string[], benchmarks: Benchmarks): Request {
  const { values, names } = parsed(given, benchmarks);
  const { json = false, quick = false, ...others } = values;
  for (const name of names) {
    if (!Object.hasOwn(benchmarks, name)) throw new UsageError(`no benchmark ${name}; there are ${list(benchmarks)}`);
  }
  const isQuick = (name: string) => benchmarks[name]?.quick === true;
  const unnamed = Object.keys(benchmarks).filter((name) => !benchmarks[name]?.onlyByName && (!quick || isQuick(name)));
  const chosen = names.length > 0 ? [...new Set(names)] : unnamed;
  const slow = quick ? chosen.filter((name) => !isQuick(name)) : [];
  if (slow.length > 0) throw new UsageError(`--quick is not for ${slow.join(', ')}`);
  const knows = (name: string, option: string) => Object.hasOwn(benchmarks[name]?.options ?? {}, option);
  for (const option of Object.keys(others)) {
    if (!chosen.some((name) => knows(name, option)))
      throw new UsageError(`--${option} is not for ${chosen.join(', ')}`);
  }
  const runs = chosen.flatMap((name) => {
    const benchmark = benchmarks[name];
    if (benchmark === undefined) return [];
    const passed = Object.entries({ ...others, ...(quick && { quick }) }).filter(([option]) => knows(name, option));
    const args = passed.flatMap(([option, value]) =>
      value === true ? [`--${option}`] : [`--${option}`, String(value)],
    );
    return [{ name, benchmark, args }];
  });
  return { json: json === true, quick: quick === true, runs };
}

function parsed(given: readonly string[], benchmarks: Benchmarks) {
  const types: Readonly<Record<string, OptionType>> = Object.assign(
    { json: 'flag', quick: 'flag' },
    ...Object.values(benchmarks).map(({ options }) => options),
  );
  const options = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { type: type === 'flag' ? 'boolean' : 'string' } as const]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...given], options, allowPositionals: true });
    for (const [name, value] of Object.entries(values)) assertFits(name, types[name], String(value));
    return { values: values as Readonly<Record<string, string | boolean>>, names: positionals };
  } catch (fault) {
    if (fault instanceof UsageError) throw fault;
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${(fault as Error).message.split('. ')[0]}; there are ${known.join(', ')}`);
  }
}

function assertFits(name: string, type: OptionType | undefined, value: string): void {
  if (type === 'count' && !/^[1-9]\d*$/.test(value)) throw new UsageError(`--${name}: no number above 0: ${value}`);
  const found = statSync(value, { throwIfNoEntry: false });
  if (type === 'folder' && !found?.isDirectory()) throw new UsageError(`--${name}: no folder: ${value}`);
  if (type === 'file' && !found?.isFile()) throw new UsageError(`--${name}: no file: ${value}`);
}

const list = (benchmarks: Benchmarks) => Object.keys(benchmarks).join(', ');
