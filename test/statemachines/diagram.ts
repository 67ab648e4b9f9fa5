import {
  type Edge,
  edgesOf,
  type Machine,
  reachedFrom,
  STATE_MACHINE_FILES,
  type State,
} from '../support/state-machine-files.ts';

const SHAPES: Readonly<Record<string, readonly [open: string, close: string]>> = {
  Choice: ['{', '}'],
  Succeed: ['([', '])'],
  Fail: ['([', '])'],
};

/** Errors that are no fault: see MoreToDo in functions/domain/errors.ts. */
const ANSWERS = new Set(['InfectedTagged', 'InfectedNotTagged', 'CleanTagged']);

/**
 * A state machine as a Mermaid flowchart. With errors, dotted arrows are those that an error takes; without, what only
 * an error reaches is left out. README.md and docs/architecture.md hold that of uploads.
 */
export function diagramOf(machine: Machine, { errors }: { readonly errors: boolean }): string {
  const drawn = (edge: Edge) => errors || edge.errors === undefined || edge.errors.every((name) => ANSWERS.has(name));
  const edges = (state: State) => edgesOf(state).filter(drawn);
  const shown = reachedFrom(machine, machine.StartAt, (_, edge) => drawn(edge));
  const states = Object.entries(machine.States).filter(([name]) => shown.has(name));
  const id = (name: string) => name.replaceAll(' ', '');
  const nodes = states.map(([name, { Type }]) => `  ${id(name)}${(SHAPES[Type] ?? ['[', ']']).join(name)}`);
  const arrows = states.flatMap(([name, state]) =>
    edges(state).map((edge) => {
      const label = edge.errors?.join(', ').replace('States.ALL', 'any error');
      return `  ${id(name)} ${label === undefined ? '-->' : `-.->|${label}|`} ${id(edge.to)}`;
    }),
  );
  return ['flowchart TD', ...nodes, ...new Set(arrows)].join('\n');
}

if (import.meta.main) {
  for (const { name, machine } of STATE_MACHINE_FILES) {
    for (const errors of [false, true]) console.log(`%% ${name}\n${diagramOf(machine, { errors })}`);
  }
}
