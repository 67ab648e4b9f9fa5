import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { duration } from '../../lib/format.ts';
import { START } from '../../model/definition.ts';
import { curve, type Layout, neighbor, type PlacedEdge, type PlacedNode } from '../../model/layout.ts';
import { durationOf, edgeId, type Path, statusOfStates, type Visit, type VisitStatus } from '../../model/path.ts';

interface GraphViewProps {
  readonly layout: Layout;
  readonly path: Path;
  /** Whether all states are shown, and how many are not. */
  readonly all: boolean;
  readonly hidden: number;
  readonly onAll: (all: boolean) => void;
  readonly selected: string | undefined;
  readonly onSelect: (name: string | undefined) => void;
}

/** Beside the color, for whoever does not see it. */
const MARKS: Readonly<Record<VisitStatus, readonly [mark: string, word: string]>> = {
  succeeded: ['✓', 'succeeded'],
  retried: ['↻', 'succeeded after retries'],
  caught: ['!', 'failed, caught'],
  failed: ['✕', 'failed'],
  running: ['●', 'running'],
  aborted: ['–', 'aborted'],
};

const SMALLEST_SCALE = 0.4;
const LARGEST_SCALE = 2;
const ZOOM_STEP = 1.2;
/** A whole graph in a narrow window could not be read: it scrolls instead. */
const SMALLEST_FITTED = 0.72;

/** The state machine, with the way that the execution took. Arrow keys lead from state to state. */
export function GraphView({ layout, path, all, hidden, onAll, selected, onSelect }: GraphViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<number>();
  const [fitted, setFitted] = useState(1);
  const id = useId();
  const statuses = useMemo(() => statusOfStates(path), [path]);
  const visits = useMemo(() => Map.groupBy(path.visits, ({ name }) => name), [path]);
  const scale = zoom ?? fitted;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => {
      // Room for a scroll bar.
      const wanted = (element.clientWidth - 4) / layout.width;
      setFitted(Math.min(1, Math.max(SMALLEST_FITTED, wanted)));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [layout]);

  // A graph that is wider than the window begins in sight.
  useEffect(() => {
    const start = layout.nodes.find(({ name }) => name === START);
    const element = scroller.current;
    if (element === null || start === undefined) return;
    element.scrollLeft = (start.x + start.width / 2) * scale - element.clientWidth / 2;
  }, [layout.width, scale]);

  useEffect(() => {
    if (selected === undefined) return;
    const node = scroller.current?.querySelector('[aria-selected="true"]');
    node?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected]);

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape' && selected !== undefined) onSelect(undefined);
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const next = neighbor(layout.nodes, selected, event.key);
    if (next !== undefined) onSelect(next);
  }

  const nodeId = (name: string) => `${id}-${layout.nodes.findIndex((node) => node.name === name)}`;
  const change = (factor: number) => setZoom(Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale * factor)));
  return (
    <div class="graph">
      <div class="graph-tools">
        {(all || hidden > 0) && (
          <button type="button" class="quiet-button" aria-pressed={all} onClick={() => onAll(!all)}>
            Error handling{!all && ` (${hidden})`}
          </button>
        )}
        <button type="button" class="quiet-button" aria-label="Smaller" onClick={() => change(1 / ZOOM_STEP)}>
          −
        </button>
        <button type="button" class="quiet-button" onClick={() => setZoom(undefined)}>
          Fit
        </button>
        <button type="button" class="quiet-button" aria-label="Larger" onClick={() => change(ZOOM_STEP)}>
          +
        </button>
      </div>
      <div
        class="graph-scroll"
        ref={scroller}
        role="listbox"
        tabIndex={0}
        aria-label="States"
        aria-activedescendant={selected === undefined ? undefined : nodeId(selected)}
        onKeyDown={onKeyDown}
      >
        <svg
          role="presentation"
          width={layout.width * scale}
          height={layout.height * scale}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
        >
          <defs>
            {['plain', 'taken', 'caught'].map((kind) => (
              <marker
                key={kind}
                id={`${id}-${kind}`}
                class={`arrow ${kind}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="8"
                markerHeight="8"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0,0.5L7.5,4L0,7.5z" />
              </marker>
            ))}
          </defs>
          {layout.nodes
            .filter(({ holds }) => holds)
            .map((node) => (
              <StateBox
                key={node.name}
                node={node}
                id={nodeId(node.name)}
                {...{ selected, statuses, visits, onSelect }}
              />
            ))}
          {layout.edges.toSorted(byTaken(path)).map((edge) => (
            <Way key={edgeId(edge.from, edge.to, edge.kind === 'catch')} edge={edge} path={path} markers={id} />
          ))}
          {layout.nodes
            .filter(({ holds }) => !holds)
            .map((node) =>
              node.state === undefined ? (
                <circle
                  key={node.name}
                  class="dot"
                  cx={node.x + node.width / 2}
                  cy={node.y + node.height / 2}
                  r={node.width / 2}
                />
              ) : (
                <StateBox
                  key={node.name}
                  node={node}
                  id={nodeId(node.name)}
                  {...{ selected, statuses, visits, onSelect }}
                />
              ),
            )}
        </svg>
      </div>
    </div>
  );
}

const timesTaken = (path: Path, { from, to, kind }: PlacedEdge) =>
  path.taken.get(edgeId(from, to, kind === 'catch')) ?? 0;

/** Taken ways are drawn over the others. */
const byTaken = (path: Path) => (a: PlacedEdge, b: PlacedEdge) => timesTaken(path, a) - timesTaken(path, b);

function Way({ edge, path, markers }: { readonly edge: PlacedEdge; readonly path: Path; readonly markers: string }) {
  const taken = timesTaken(path, edge);
  const caught = edge.kind === 'catch';
  const marker = taken === 0 ? 'plain' : caught ? 'caught' : 'taken';
  const middle = edge.points[Math.floor(edge.points.length / 2)];
  return (
    <g class={`way ${caught ? 'catch' : ''} ${taken > 0 ? 'taken' : ''}`}>
      <path d={curve(edge.points)} marker-end={`url(#${markers}-${marker})`}>
        {edge.label !== undefined && <title>{`catches ${edge.label}`}</title>}
      </path>
      {taken > 1 && middle !== undefined && (
        <text x={middle.x + 6} y={middle.y + 4}>
          ×{taken}
        </text>
      )}
    </g>
  );
}

interface StateBoxProps {
  readonly node: PlacedNode;
  readonly id: string;
  readonly selected: string | undefined;
  readonly statuses: ReadonlyMap<string, VisitStatus>;
  readonly visits: ReadonlyMap<string, readonly Visit[]>;
  readonly onSelect: (name: string) => void;
}

function StateBox({ node, id, selected, statuses, visits, onSelect }: StateBoxProps) {
  const { name, x, y, width, height, holds, state } = node;
  const status = statuses.get(name);
  const [mark, word] = status === undefined ? ['', 'not entered'] : MARKS[status];
  const below = belowName(visits.get(name) ?? [], state?.type ?? '');
  return (
    <g
      id={id}
      class={`graph-state ${status ?? 'unseen-state'} ${holds ? 'holds' : ''}`}
      role="option"
      aria-selected={name === selected}
      aria-label={`${name}, ${word}, ${below}`}
      transform={`translate(${x},${y})`}
      onClick={() => onSelect(name)}
    >
      <rect width={width} height={height} rx={state?.type === 'Choice' ? height / 2 : 7} />
      {holds ? (
        <text class="state-name" x="10" y="14">
          {name}
        </text>
      ) : (
        <>
          <text class="state-name" x={width / 2} y="18" text-anchor="middle">
            {name}
          </text>
          <text class="state-below" x={width / 2} y="32" text-anchor="middle">
            {mark === '' ? below : `${mark} ${below}`}
          </text>
        </>
      )}
    </g>
  );
}

/** `46 ms · 3 attempts`; what it is, where it was not entered. */
function belowName(visits: readonly Visit[], type: string): string {
  if (visits.length === 0) return type;
  const now = Date.now();
  const time = visits.reduce((sum, visit) => sum + durationOf(visit, now), 0);
  const attempts = visits.reduce((sum, visit) => sum + Math.max(0, visit.attempts.length - 1), 0);
  const more = [
    visits.length > 1 ? `${visits.length} times` : '',
    attempts > 0 ? `${attempts} ${attempts === 1 ? 'retry' : 'retries'}` : '',
  ];
  return [duration(time), ...more.filter((word) => word !== '')].join(' · ');
}
