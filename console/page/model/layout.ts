import { Graph, layout } from '@dagrejs/dagre';
import { type Edge, END, START, type StateGraph, type StateNode } from './definition.ts';

/** CSS pixels. */
export interface Box {
  /** Upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface PlacedNode extends Box {
  readonly name: string;
  /** undefined: where an execution starts, or ends. */
  readonly state: StateNode | undefined;
  /** Holds the states of a Map or a Parallel. */
  readonly holds: boolean;
}
export interface PlacedEdge extends Edge {
  readonly points: readonly { readonly x: number; readonly y: number }[];
}
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Those that hold others come first: they are drawn behind. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** CSS pixels of a state: its name, and a line for its time. */
const NODE_HEIGHT = 42;
const CHARACTER_WIDTH = 7;
const PADDING = 30;
const LEAST_WIDTH = 92;
/** Of start and end. */
const DOT = 14;
const MARGIN = 12;

/** Where everything stands: the same for the same definition. */
export function layoutOf({ nodes, edges }: StateGraph): Layout {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 16, ranksep: 34, edgesep: 14, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const parents = new Set(nodes.map(({ parent }) => parent));
  const ends = new Set(edges.flatMap(({ from, to }) => [from, to]).filter((name) => name === START || name === END));
  for (const name of ends) graph.setNode(name, { width: DOT, height: DOT });
  for (const { name } of nodes) graph.setNode(name, { width: widthOf(name), height: NODE_HEIGHT });
  for (const { name, parent } of nodes) if (parent !== undefined) graph.setParent(name, parent);
  // A way to what holds other states leads to the first of them: dagre connects no group.
  const anchors = new Map<string, string>();
  for (const { name, parent } of nodes) if (parent !== undefined && !anchors.has(parent)) anchors.set(parent, name);
  const anchor = (name: string): string => {
    const inner = anchors.get(name);
    return inner === undefined ? name : anchor(inner);
  };
  edges.forEach(({ from, to, kind }, at) => {
    // What goes right stands in one line, what was caught beside it.
    graph.setEdge(anchor(from), anchor(to), { weight: kind === 'catch' ? 1 : 4, minlen: 1 }, String(at));
  });
  layout(graph);
  const placed = [...ends, ...nodes.map(({ name }) => name)].map((name): PlacedNode => {
    const { x, y, width, height } = graph.node(name) as Box;
    const state = nodes.find((node) => node.name === name);
    return { name, state, holds: parents.has(name), x: x - width / 2, y: y - height / 2, width, height };
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    ...{ width, height },
    nodes: placed.sort((a, b) => Number(b.holds) - Number(a.holds)),
    edges: edges.map((edge, at) => ({
      ...edge,
      points: (graph.edge({ v: anchor(edge.from), w: anchor(edge.to), name: String(at) }) as Pick<PlacedEdge, 'points'>)
        .points,
    })),
  };
}

const widthOf = (name: string) => Math.max(LEAST_WIDTH, name.length * CHARACTER_WIDTH + PADDING);

/** The state beside this one in the direction of an arrow key; undefined where there is none. */
export function neighbor(nodes: readonly PlacedNode[], from: string | undefined, key: string): string | undefined {
  const states = nodes.filter(({ state }) => state !== undefined);
  const current = states.find(({ name }) => name === from);
  if (current === undefined) return states.toSorted((a, b) => a.y - b.y)[0]?.name;
  const along: Readonly<Record<string, readonly [x: number, y: number]>> = {
    ...{ ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] },
  };
  const direction = Object.hasOwn(along, key) ? along[key] : undefined;
  if (direction === undefined) return undefined;
  const [dx, dy] = direction;
  const ahead = states.flatMap((node) => {
    const x = node.x + node.width / 2 - (current.x + current.width / 2);
    const y = node.y + node.height / 2 - (current.y + current.height / 2);
    const forward = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    // Within 60 degrees or so of the arrow, and nearest.
    return forward > 1 && aside <= forward * 8
      ? [{ name: node.name, far: forward + aside * (dx === 0 ? 0.5 : 2) }]
      : [];
  });
  return ahead.toSorted((a, b) => a.far - b.far)[0]?.name;
}

/** An SVG path through points, with rounded corners. */
export function curve(points: PlacedEdge['points']): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const at = ({ x, y }: { x: number; y: number }) => `${round(x)},${round(y)}`;
  const last = rest.at(-1);
  if (rest.length < 2 || last === undefined) return `M${at(first)}${rest.map((point) => `L${at(point)}`).join('')}`;
  const middle = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(end)}`;
  });
  return `M${at(first)}${middle.join('')}`;
}

const round = (value: number) => Math.round(value * 10) / 10;
