/** What of the States Language the graph shows. */
interface StateDefinition {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Label?: string;
  readonly Choices?: readonly ({ readonly Next?: string } & Readonly<Record<string, unknown>>)[];
  readonly Catch?: readonly { readonly ErrorEquals?: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: Definition;
  readonly Iterator?: Definition;
  readonly Branches?: readonly Definition[];
}
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

export interface StateNode {
  readonly name: string;
  readonly type: string;
  readonly comment: string | undefined;
  /** The Map or Parallel that it belongs to. */
  readonly parent: string | undefined;
  readonly source: object;
}

export type EdgeKind = 'start' | 'next' | 'choice' | 'default' | 'catch' | 'end';

export interface Edge {
  /** A state; START for where an execution begins. */
  readonly from: string;
  /** A state; END. */
  readonly to: string;
  readonly kind: EdgeKind;
  /** Of a catch: the errors that lead here. */
  readonly label: string | undefined;
}

export interface StateGraph {
  readonly nodes: readonly StateNode[];
  readonly edges: readonly Edge[];
}

/** No name of a state has a line end. */
export const START = '\nstart';
export const END = '\nend';

const ENDINGS = new Set(['Succeed', 'Fail']);

/** States and the ways between them, also inside Maps and Parallels. Of several ways between two states the first stays. */
export function graphOf(definition: Definition): StateGraph {
  const nodes: StateNode[] = [];
  const edges = new Map<string, Edge>();
  const add = (from: string, to: string, kind: EdgeKind, label?: string) => {
    const id = JSON.stringify([from, to, kind === 'catch']);
    const known = edges.get(id);
    if (known === undefined) edges.set(id, { from, to, kind, label });
    else if (label !== undefined) edges.set(id, { ...known, label: `${known.label}, ${label}` });
  };
  function read({ StartAt, States }: Definition, parent: string | undefined): void {
    if (parent === undefined) add(START, StartAt, 'start');
    for (const [name, state] of Object.entries(States)) {
      nodes.push({ name, type: state.Type, comment: state.Comment, parent, source: state });
      if (state.Next !== undefined) add(name, state.Next, 'next');
      for (const choice of state.Choices ?? []) if (choice.Next !== undefined) add(name, choice.Next, 'choice');
      if (state.Default !== undefined) add(name, state.Default, 'default');
      for (const { ErrorEquals = [], Next } of state.Catch ?? []) add(name, Next, 'catch', ErrorEquals.join(', '));
      if (parent === undefined && (state.End === true || ENDINGS.has(state.Type))) add(name, END, 'end');
      for (const inner of innerOf(state)) read(inner, name);
    }
  }
  read(definition, undefined);
  return { nodes, edges: [...edges.values()] };
}

/** The children of a distributed Map are executions of their own, which run its ItemProcessor. */
export function childDefinition(definition: Definition, label: string): Definition | undefined {
  for (const [name, state] of Object.entries(definition.States)) {
    if ((state.Label ?? name) === label && state.ItemProcessor !== undefined) return state.ItemProcessor;
  }
  return undefined;
}

function innerOf({ ItemProcessor, Iterator, Branches = [] }: StateDefinition): readonly Definition[] {
  const map = ItemProcessor ?? Iterator;
  return map === undefined ? Branches : [map];
}
