/**
 * JSON as the content of a JSON string in ASL. A `$` is escaped: a prefix may hold what looks like a substitution. Not
 * that of CDK's placeholders for names that are not known yet.
 */
export function inAsl(value: unknown): string {
  const text = JSON.stringify(value).replaceAll(/\$(?!\{Token\[)/g, '\\u0024');
  return JSON.stringify(text).slice(1, -1);
}
