import { FINDINGS } from './findings.ts';
import type { ObjectReference } from './object-reference.ts';
import type { StoredHeaders } from './ports.ts';
import type { Verdict } from './verdict.ts';

/**
 * Whether nobody has read a byte for the verdict: then all it rests on is the size that the event names, and whoever
 * may start an execution chooses that. What was read needs no second look: each answer carried its ETag and its size.
 */
export function restsOnSize({ status, finding, definitions }: Verdict): boolean {
  if (status === 'CLEAN') return definitions === null;
  return status === 'UNSCANNABLE' && finding === FINDINGS.tooLarge;
}

type Content = Pick<ObjectReference, 'etag' | 'size'>;

export function isSameContent(a: Content, b: Content): boolean {
  return a.etag === b.etag && a.size === b.size;
}

/** An empty object has nothing to scan, but a website that serves the bucket obeys the redirect stored with it. */
export function withStoredHeaders(verdict: Verdict, { websiteRedirect }: StoredHeaders): Verdict {
  if (verdict.status !== 'CLEAN' || websiteRedirect === null) return verdict;
  return { ...verdict, status: 'REJECTED', finding: FINDINGS.websiteRedirect };
}
