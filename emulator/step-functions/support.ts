import { assertMapSupported, isDistributed } from './distributed-map/definition.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly ItemProcessor?: { readonly States: States };
  readonly Branches?: readonly { readonly States: States }[];
}

type States = Readonly<Record<string, State>>;

const UNSUPPORTED_FIELDS = ['QueryLanguage', 'HeartbeatSeconds', 'HeartbeatSecondsPath', 'Credentials', 'Assign'];

/**
 * Refuses what would run differently than on AWS; see emulator/README.md.
 * @throws Error naming the state and the field
 */
export function assertSupported(definition: object): void {
  if ('QueryLanguage' in definition) throw new Error('QueryLanguage of a state machine has no local counterpart');
  for (const [name, state] of Object.entries((definition as { States: States }).States)) {
    for (const nested of [state.ItemProcessor, ...(state.Branches ?? [])]) {
      if (nested !== undefined) assertSupported(nested);
    }
    if (isDistributed(state)) assertMapSupported(name, state);
    const field = UNSUPPORTED_FIELDS.find((candidate) => candidate in state);
    if (field !== undefined) throw new Error(`state ${JSON.stringify(name)}: ${field} has no local counterpart`);
    if (state.Type === 'Task' && !/^arn:[^:]+:(lambda:|states:::states:startExecution$)/.test(state.Resource ?? '')) {
      throw new Error(`state ${JSON.stringify(name)}: Resource ${state.Resource} has no local counterpart`);
    }
  }
}

/** Resource by name of every Task, at any depth. */
export function taskStates(definition: object): ReadonlyMap<string, string> {
  const tasks = allStates((definition as { States: States }).States).filter(([, { Type }]) => Type === 'Task');
  return new Map(tasks.map(([name, { Resource = '' }]) => [name, Resource]));
}

function allStates(states: States): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...allStates(state.ItemProcessor?.States ?? {}),
    ...(state.Branches ?? []).flatMap((branch) => allStates(branch.States)),
  ]);
}
