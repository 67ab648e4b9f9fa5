/** The value without the keys that are for people and editors: comments (`"// engine": "for large files"`) and `$schema`. */
export function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !key.startsWith('//') && key !== '$schema');
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutComments(inner)]));
}
