/** Begins the keys that are comments: JSON has no other. `"// engine": "for large files"`, `"//engine": { … }` */
const MARK = '//';

/** The value without the keys that are comments, at any depth. */
export function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !key.startsWith(MARK));
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutComments(inner)]));
}
