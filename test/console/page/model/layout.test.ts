import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  childDefinition,
  type Definition,
  END,
  graphOf,
  START,
  withoutErrors,
} from '../../../../console/page/model/definition.ts';
import { curve, layoutOf, neighbor } from '../../../../console/page/model/layout.ts';

const FILES = readdirSync('statemachines').filter((name) => name.endsWith('.asl.json'));
const read = (name: string) => JSON.parse(readFileSync(`statemachines/${name}`, 'utf8')) as Definition;

describe.each(FILES)('%s', (file) => {
  const definition = read(file);
  const graph = graphOf(definition);

  it('has every state, and every way between two of them', () => {
    expect(graph.nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(definition.States)));
    const names = new Set([START, END, ...graph.nodes.map(({ name }) => name)]);
    expect(graph.edges.filter(({ from, to }) => !names.has(from) || !names.has(to))).toEqual([]);
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
    for (const { points } of edges) expect(points.length).toBeGreaterThan(1);
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
