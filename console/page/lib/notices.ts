import type { Notice } from '../../server/operations/table.ts';
import { ask } from './call.ts';

/** What the page keeps; the server has no more. */
const KEPT = 2000;

export interface Notices {
  /** Newest first. */
  readonly all: readonly Notice[];
  readonly dropped: number;
  readonly fault: string | undefined;
}

/** For usePolled: asks only for what is new. */
export async function newNotices(signal: AbortSignal, previous: Notices | undefined): Promise<Notices> {
  const last = previous?.all[0]?.number ?? 0;
  const { notices, dropped, fault } = await ask('Notifications', { after: last }, signal);
  const all = notices.length === 0 ? (previous?.all ?? []) : [...notices.toReversed(), ...(previous?.all ?? [])];
  return { all: all.slice(0, KEPT), dropped, fault };
}
