import { FINDINGS } from './findings.ts';
import type { ObjectReference } from './object-reference.ts';
import type { Digest, StoredHeaders } from './ports.ts';
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

/**
 * They are not part of the ETag, and whoever writes the same bytes again chooses them anew. A digest, because S3 allows
 * kilobytes of them.
 */
export function digestOfHeaders(headers: StoredHeaders, digest: Digest): string {
  const { contentType, contentDisposition, contentEncoding, websiteRedirect } = headers;
  return digest(JSON.stringify([contentType, contentDisposition, contentEncoding, websiteRedirect]));
}

/** Whether the verdict was reached with these headers, or rests on none. */
export function judgedWith(verdict: Verdict, headers: StoredHeaders, digest: Digest): boolean {
  return verdict.headers === undefined || verdict.headers === digestOfHeaders(headers, digest);
}
