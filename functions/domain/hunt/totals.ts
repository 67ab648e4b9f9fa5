import { z } from 'zod';

const count = z.int().nonnegative();
const byReason = z.record(z.string(), count);

/**
 * The totals of a hunt. `listed` is `looked` + everything `partly` + everything `unread` + `failed`, always. `matched` are
 * among those looked at. `bytes`: of what was read.
 */
export const HuntTotals = z.strictObject({
  listed: count,
  looked: count,
  matched: count,
  /** By reason: the rules were tried on what could be opened, and matched nothing there. */
  partly: byReason,
  /** By reason: not looked at. */
  unread: byReason,
  failed: count,
  bytes: count,
});
export type HuntTotals = z.infer<typeof HuntTotals>;

export const NOTHING_HUNTED: HuntTotals = {
  listed: 0,
  looked: 0,
  matched: 0,
  partly: {},
  unread: {},
  failed: 0,
  bytes: 0,
};

/** What became of one object; `bytes` of it were read. */
export type HuntRow =
  | { readonly what: 'looked' | 'match'; readonly bytes: number }
  | { readonly what: 'partly'; readonly bytes: number; readonly reason: string }
  | { readonly what: 'unread'; readonly reason: string }
  | { readonly what: 'failed' };

export function huntTotalOf(row: HuntRow): HuntTotals {
  const one = { ...NOTHING_HUNTED, listed: 1, bytes: 'bytes' in row ? row.bytes : 0 };
  switch (row.what) {
    case 'looked':
      return { ...one, looked: 1 };
    case 'match':
      return { ...one, looked: 1, matched: 1 };
    case 'partly':
      return { ...one, partly: { [row.reason]: 1 } };
    case 'unread':
      return { ...one, unread: { [row.reason]: 1 } };
    case 'failed':
      return { ...one, failed: 1 };
  }
}

/** Objects of which nothing else is known. */
export const huntFailures = (objects: number): HuntTotals => ({ ...NOTHING_HUNTED, listed: objects, failed: objects });

export const huntUnread = (reason: string, objects: number): HuntTotals => ({
  ...NOTHING_HUNTED,
  listed: objects,
  unread: objects === 0 ? {} : { [reason]: objects },
});

export function addHunted(a: HuntTotals, b: HuntTotals): HuntTotals {
  return {
    listed: a.listed + b.listed,
    looked: a.looked + b.looked,
    matched: a.matched + b.matched,
    partly: added(a.partly, b.partly),
    unread: added(a.unread, b.unread),
    failed: a.failed + b.failed,
    bytes: a.bytes + b.bytes,
  };
}

type ByReason = Readonly<Record<string, number>>;

function added(a: ByReason, b: ByReason): Record<string, number> {
  const reasons = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(reasons.map((reason) => [reason, (a[reason] ?? 0) + (b[reason] ?? 0)]));
}
