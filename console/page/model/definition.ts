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
  readonly ItemProcessor?: Definition & { readonly ProcessorConfig?: { readonly Mode?: string } };
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
  /** Where the states that it holds begin. */
  readonly starts: readonly string[];
  /** Whether its children are executions of their own, whose states are not in this one. */
  readonly distributed: boolean;
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
      const inner = innerOf(state);
      nodes.push({
        ...{ name, type: state.Type, comment: state.Comment, parent, source: state },
        starts: inner.map((each) => each.StartAt),
        distributed: isDistributed(state),
      });
      if (state.Next !== undefined) add(name, state.Next, 'next');
      for (const choice of state.Choices ?? []) if (choice.Next !== undefined) add(name, choice.Next, 'choice');
      if (state.Default !== undefined) add(name, state.Default, 'default');
      for (const { ErrorEquals = [], Next } of state.Catch ?? []) add(name, Next, 'catch', ErrorEquals.join(', '));
      if (parent === undefined && (state.End === true || ENDINGS.has(state.Type))) add(name, END, 'end');
      for (const each of inner) read(each, name);
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

const isDistributed = ({ ItemProcessor }: StateDefinition) => ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';

function innerOf(state: StateDefinition): readonly Definition[] {
  if (isDistributed(state)) return [];
  const { ItemProcessor, Iterator, Branches = [] } = state;
  const map = ItemProcessor ?? Iterator;
  return map === undefined ? Branches : [map];
}

/**
 * What is to be seen at first of a machine whose half deals with errors: the states that are reached when nothing fails,
 * and those that were entered.
 */
export function withoutErrors({ nodes, edges }: StateGraph, entered: ReadonlySet<string>): StateGraph {
  const leads = new Map<string, string[]>(nodes.map(({ name, starts }) => [name, [...starts]]));
  leads.set(START, []);
  for (const { from, to, kind } of edges) if (kind !== 'catch') leads.get(from)?.push(to);
  const shown = new Set<string>([END]);
  const queue = [START];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    shown.add(name);
    queue.push(...(leads.get(name) ?? []).filter((next) => !shown.has(next)));
  }
  for (const name of entered) shown.add(name);
  return {
    nodes: nodes.filter(({ name }) => shown.has(name)),
    edges: edges.filter(({ from, to }) => shown.has(from) && shown.has(to)),
  };
}
