import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { rowAfterKey, visibleRange } from '../lib/rows.ts';

export interface Column<Row> {
  readonly title: string;
  /** A track of CSS grid: `7rem`, `minmax(0, 1fr)`. */
  readonly width: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the end. */
  readonly align?: 'end';
  /** Left out in narrow windows. */
  readonly wideOnly?: boolean;
}

export interface GridProps<Row> {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** Stays the same while the row is shown. */
  readonly keyOf: (row: Row) => string;
  /** Where Enter and a click lead. */
  readonly hrefOf?: (row: Row) => string;
  /** Instead of a link. */
  readonly onOpen?: (row: Row) => void;
  /** Of a row that is to look different. */
  readonly classOf?: (row: Row) => string;
  /** The rows that are in sight, when others come into sight: to load what only they need. */
  readonly onVisible?: (rows: readonly Row[]) => void;
  /** Under the header, where there are no rows. */
  readonly empty?: ComponentChildren;
}

/** CSS pixels: the rows are as high in style/grid.css. */
export const ROW_PIXELS = 32;

/**
 * A table of any number of rows, of which only those in sight are in the page. It has the focus as a whole, and names its
 * active row: a row that scrolls out of sight takes no focus with it. Rows that come in above leave what is read where
 * it is, but for somebody who stands at the top.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const { label, rows, columns, keyOf, hrefOf, onOpen, classOf, onVisible, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [{ top, height }, setView] = useState({ top: 0, height: 600 });
  const [active, setActive] = useState<string>();
  const id = useId();
  const indexes = useMemo(() => new Map(rows.map((row, index) => [keyOf(row), index])), [rows]);
  const seen = useRef({ rows, top: 0 });

  const look = () => {
    const { scrollTop, clientHeight } = scroller.current ?? { scrollTop: 0, clientHeight: 0 };
    setView((before) =>
      before.top === scrollTop && before.height === clientHeight ? before : { top: scrollTop, height: clientHeight },
    );
    seen.current = { rows, top: scrollTop };
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && element.scrollTop > 0) {
      const top = topBefore(element, seen.current.top);
      const first = seen.current.rows[Math.floor(top / ROW_PIXELS)];
      const index = first && indexes.get(keyOf(first));
      if (index !== undefined) element.scrollTop = index * ROW_PIXELS + (top % ROW_PIXELS);
    }
    look();
  }, [rows]);

  useEffect(() => {
    if (scroller.current === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [rows]);

  const { first, end } = visibleRange({ top, height, rowPixels: ROW_PIXELS, count: rows.length });
  const shown = rows.slice(first, end);
  useEffect(() => onVisible?.(shown), [first, end, rows]);

  const open = (row: Row) => {
    if (onOpen !== undefined) onOpen(row);
    else if (hrefOf !== undefined) location.hash = hrefOf(row);
  };

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return;
    const at = active === undefined ? undefined : indexes.get(active);
    const row = at === undefined ? undefined : rows[at];
    if (event.key === 'Enter' && row !== undefined) {
      event.preventDefault();
      open(row);
      return;
    }
    const page = Math.max(1, Math.floor(height / ROW_PIXELS) - 2);
    const next = rowAfterKey(event.key, { at, count: rows.length, page });
    const target = next === undefined ? undefined : rows[next];
    if (next === undefined || target === undefined) return;
    event.preventDefault();
    setActive(keyOf(target));
    scrollTo(event.currentTarget, next);
  }

  const tracks = (some: readonly Column<Row>[]) => some.map(({ width }) => width).join(' ');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out rows
    <div
      class="grid"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={active !== undefined && indexes.has(active) ? `${id}-${indexes.get(active)}` : undefined}
      ref={scroller}
      style={{ '--tracks': tracks(columns), '--narrow-tracks': tracks(columns.filter((one) => !one.wideOnly)) }}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div class="grid-row grid-head" role="row" aria-rowindex={1} tabIndex={-1}>
        {columns.map((column) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div key={column.title} role="columnheader" class={cellClass(column)} tabIndex={-1}>
            {column.title}
          </div>
        ))}
      </div>
      {rows.length === 0 && empty}
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div class="grid-rows" role="rowgroup" style={{ height: `${rows.length * ROW_PIXELS}px` }}>
        {shown.map((row, at) => {
          const key = keyOf(row);
          const index = first + at;
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
            <div
              key={key}
              id={`${id}-${index}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              aria-selected={key === active}
              class={`grid-row ${key === active ? 'active' : ''} ${classOf?.(row) ?? ''}`}
              style={{ top: `${index * ROW_PIXELS}px` }}
              onMouseDown={() => setActive(key)}
              onClick={(event) => {
                // A link of a cell leads where it says, in a new tab too; selecting text leads nowhere.
                if ((event.target as Element).closest('a, button, input') === null && getSelection()?.isCollapsed) {
                  open(row);
                }
              }}
            >
              {columns.map((column) => (
                // biome-ignore lint/a11y/useSemanticElements: as above
                <div key={column.title} role="gridcell" class={cellClass(column)} tabIndex={-1}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const cellClass = ({ align, wideOnly }: Column<never>) =>
  `grid-cell ${align === 'end' ? 'end' : ''} ${wideOnly === true ? 'wide-only' : ''}`;

/**
 * The scroll position among the previous rows. The user may have scrolled since the last scroll event. If there are fewer
 * rows now, the browser itself has scrolled up to the end.
 */
function topBefore({ scrollTop, scrollHeight, clientHeight }: HTMLElement, seenTop: number): number {
  const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1;
  return isAtEnd && scrollTop < seenTop ? seenTop : scrollTop;
}

/** Scrolls as little as is needed; the header covers one row. */
function scrollTo(element: HTMLElement, index: number): void {
  const top = index * ROW_PIXELS;
  const room = element.clientHeight - 2 * ROW_PIXELS;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top > element.scrollTop + room) element.scrollTop = top - room;
}
