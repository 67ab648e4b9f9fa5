/** Rows above and below those in sight, so that scrolling shows no gap. */
const MORE_ROWS = 12;

export interface RowsInSight {
  /** CSS pixels. */
  readonly top: number;
  readonly height: number;
  readonly rowPixels: number;
  readonly count: number;
}

/** Which rows to draw: from `first` up to, not including, `end`. */
export function visibleRange({ top, height, rowPixels, count }: RowsInSight): { first: number; end: number } {
  const first = Math.min(Math.max(0, Math.floor(top / rowPixels) - MORE_ROWS), count);
  const end = Math.min(count, Math.ceil((top + height) / rowPixels) + MORE_ROWS);
  return { first, end: Math.max(first, end) };
}

/** The row that a key leads to; undefined for a key that leads nowhere. `at` is undefined before the first. */
export function rowAfterKey(
  key: string,
  { at, count, page }: { readonly at: number | undefined; readonly count: number; readonly page: number },
): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: (at ?? -1) + 1,
    ArrowUp: (at ?? 1) - 1,
    PageDown: (at ?? 0) + page,
    PageUp: (at ?? 0) - page,
    Home: 0,
    End: count - 1,
  };
  if (!Object.hasOwn(steps, key) || count === 0) return undefined;
  return Math.min(count - 1, Math.max(0, steps[key] ?? 0));
}
