import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly End?: boolean;
  readonly Error?: string;
  readonly ResultPath?: string;
  readonly Choices?: readonly { readonly Next: string; readonly StringEquals?: string }[];
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string;
}

export interface Machine {
  readonly StartAt: string;
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

const ROOT = join(import.meta.dirname, '../..');

/** Named one by one, so that a change of one of them finds its tests. */
const PATHS = [
  'statemachines/report-buckets.asl.json',
  'statemachines/rescan-bucket.asl.json',
  'statemachines/hunt-bucket.asl.json',
  'statemachines/scan-upload.asl.json',
  'statemachines/scan-upload-express.asl.json',
];

/** Every state machine of the project, as written: `${Token}`s in place. */
export const STATE_MACHINE_FILES = PATHS.map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { name: basename(path), text, machine: JSON.parse(text) as Machine };
});

const unnamed = readdirSync(join(ROOT, 'statemachines')).filter((name) => !PATHS.includes(`statemachines/${name}`));
if (unnamed.length > 0) throw new Error(`tested by nobody: ${unnamed}`);

/** @throws Error when there is no such file */
export function machineIn(name: string): Machine {
  const found = STATE_MACHINE_FILES.find((file) => file.name === name);
  if (found === undefined) throw new Error(`${name} is no state machine`);
  return found.machine;
}

/** A machine and those nested in its Map and Parallel states: each is a graph of its own. */
export function graphs(machine: Machine): readonly Machine[] {
  const nested = Object.values(machine.States).flatMap(({ ItemProcessor, Branches = [] }) =>
    ItemProcessor === undefined ? Branches : [ItemProcessor, ...Branches],
  );
  return [machine, ...nested.flatMap(graphs)];
}

export interface Edge {
  readonly to: string;
  /** Errors that lead here; undefined for the way that is taken without one. */
  readonly errors?: readonly string[];
}

export function edgesOf(state: State): readonly Edge[] {
  const plain = [state.Next, state.Default, ...(state.Choices ?? []).map(({ Next }) => Next)];
  const caught = (state.Catch ?? []).map(({ Next, ErrorEquals }) => ({ to: Next, errors: ErrorEquals }));
  return [...plain.filter((to) => to !== undefined).map((to) => ({ to })), ...caught];
}

/** Names of all states reached from `start`, without going on where `follow` says no. */
export function reachedFrom(
  machine: Machine,
  start: string,
  follow: (from: string, edge: Edge) => boolean = () => true,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const current = name;
    const state = machine.States[current];
    if (state === undefined) throw new Error(`${current} is no state`);
    if (reached.has(current)) continue;
    reached.add(current);
    open.push(
      ...edgesOf(state)
        .filter((edge) => follow(current, edge))
        .map(({ to }) => to),
    );
  }
  return reached;
}
