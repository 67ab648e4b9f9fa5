import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  childDefinition,
  type Definition,
  type Edge,
  END,
  graphOf,
  START,
  withoutErrors,
} from '../../../../console/page/model/definition.ts';
import { curve, layoutOf, neighbor, type PlacedNode } from '../../../../console/page/model/layout.ts';

const FILES = readdirSync('statemachines').filter((name) => name.endsWith('.asl.json'));
const read = (name: string) => JSON.parse(readFileSync(`statemachines/${name}`, 'utf8')) as Definition;

const wayOf = ({ from, to, kind }: Edge) => JSON.stringify([from, to, kind === 'catch']);

interface Json {
  readonly [name: string]: unknown;
}

/** Names and ways, out of the JSON alone: where a state names another one. Children of a distributed Map are not in it. */
function everythingIn({ StartAt, States }: Definition, isInner = false): { names: string[]; ways: string[] } {
  const found = { names: Object.keys(States), ways: isInner ? [] : [JSON.stringify([START, StartAt, false])] };
  for (const [name, state] of Object.entries(States as unknown as Record<string, Json>)) {
    const { Catch = [], ItemProcessor, Branches = [], Type, End, ...rest } = state;
    const named = JSON.stringify(rest).matchAll(/"(?:Next|Default)":("(?:[^"\\]|\\.)*")/g);
    for (const [, to = ''] of named) found.ways.push(JSON.stringify([name, JSON.parse(to), false]));
    for (const { Next } of Catch as { Next: string }[]) found.ways.push(JSON.stringify([name, Next, true]));
    if (!isInner && (End === true || Type === 'Succeed' || Type === 'Fail'))
      found.ways.push(JSON.stringify([name, END, false]));
    const inner = [ItemProcessor, ...(Branches as unknown[])].filter((each) => each !== undefined) as Definition[];
    for (const each of inner) {
      if (JSON.stringify(each).startsWith('{"ProcessorConfig":{"Mode":"DISTRIBUTED"')) continue;
      const { names, ways } = everythingIn(each, true);
      found.names.push(...names);
      found.ways.push(...ways);
    }
  }
  return found;
}

function isAt(nodes: readonly PlacedNode[], name: string, point: { x: number; y: number } | undefined): boolean {
  const node = nodes.find((each) => each.name === name);
  if (node === undefined || point === undefined) return false;
  const { x, y, width, height } = node;
  return point.x >= x - 1 && point.x <= x + width + 1 && point.y >= y - 1 && point.y <= y + height + 1;
}

describe.each(FILES)('%s', (file) => {
  const definition = read(file);
  const graph = graphOf(definition);

  it('has every state, and every way between two of them', () => {
    const { names, ways } = everythingIn(definition);
    expect(graph.nodes.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(graph.edges.map(wayOf).sort()).toEqual([...new Set(ways)].sort());
  });

  it.each([true, false])('is laid out without two states in one place (all: %s)', (all) => {
    const { nodes, edges, width, height } = layoutOf(all ? graph : withoutErrors(graph, new Set()));
    const boxes = nodes.filter(({ holds }) => !holds);
    for (const a of boxes) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(width + 1);
      expect(a.y + a.height).toBeLessThanOrEqual(height + 1);
      for (const b of boxes) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(a === b || apart).toBe(true);
      }
    }
    const ends = edges.map(({ from, to, points }) => [from, to, points[0], points.at(-1)] as const);
    expect(ends).toHaveLength((all ? graph : withoutErrors(graph, new Set())).edges.length);
    // A way begins at its state and ends at the next; at what holds states, somewhere inside.
    for (const [from, to, first, last] of ends) {
      expect([from, to, isAt(nodes, from, first), isAt(nodes, to, last)]).toEqual([from, to, true, true]);
    }
  });

  it('is laid out the same each time', () => expect(layoutOf(graph)).toEqual(layoutOf(graph)));

  it('has states that arrow keys all reach', () => {
    const { nodes } = layoutOf(graph);
    const states = nodes.filter(({ state }) => state !== undefined).map(({ name }) => name);
    const reached = new Set<string>();
    const queue = [neighbor(nodes, undefined, 'ArrowDown') ?? ''];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']) {
        const next = neighbor(nodes, name, key);
        if (next !== undefined) queue.push(next);
      }
    }
    expect([...reached].sort()).toEqual(states.sort());
  });
});

describe('scan-upload at first', () => {
  const graph = graphOf(read('scan-upload.asl.json'));

  it('leaves out what deals with errors', () => {
    const names = withoutErrors(graph, new Set()).nodes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Check File Type', 'Scan Object', 'Tag Object', 'Notify']));
    expect(names).not.toContain('Give Up');
    expect(names).not.toContain('Infected');
  });

  it('shows what was entered all the same, and the catch that led there', () => {
    const { nodes, edges } = withoutErrors(graph, new Set(['Infected', 'Act On Verdict']));
    expect(nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Infected', 'Act On Verdict']));
    expect(edges).toContainEqual({ from: 'Tag Object', to: 'Infected', kind: 'catch', label: 'InfectedTagged' });
  });
});

it('the children of a rescan have a graph of their own', () => {
  const definition = read('rescan-bucket.asl.json');
  expect(graphOf(definition).nodes.find(({ name }) => name === 'Rescan Objects')?.distributed).toBe(true);
  const child = childDefinition(definition, 'RescanObjects');
  expect(child && graphOf(child).nodes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Scan Batch', 'Apply Verdicts', 'Tag Object']),
  );
  expect(childDefinition(definition, 'nobody')).toBe(undefined);
});

it('draws a curve through all points', () => {
  expect(curve([])).toBe('');
  expect(
    curve([
      { x: 0, y: 0 },
      { x: 0, y: 10.04 },
    ]),
  ).toBe('M0,0L0,10');
  expect(
    curve([
      { x: 0, y: 0 },
      { x: 5, y: 5 },
      { x: 0, y: 10 },
    ]),
  ).toBe('M0,0Q5,5 0,10');
});
