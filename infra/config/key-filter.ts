/** Event patterns are at most this long; https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_PATTERN_CHARACTERS = 2048;
/** Length of the rest of the pattern: source, detail-type, a bucket name of 63 characters, reasons. */
const REST_OF_PATTERN = 300;

type Matcher =
  | { prefix: string }
  | { suffix: string }
  | { wildcard: string }
  | { 'anything-but': { prefix: string[] } };

interface Filters {
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** Never beside suffixes or prefixes that overlap them: the matchers of one field are alternatives. */
  readonly trusted?: readonly { readonly prefix: string }[];
}

/**
 * The event pattern on `detail.object.key` for keys that begin with one of `prefixes` and end with one of
 * `suffixes`, and with none that is trusted; undefined when every key matches. A key in which the two would overlap does not match (`ab` + `bc`
 * matches `abbc`, not `abc`).
 * @throws Error when the pattern is longer than EventBridge accepts
 */
export function keyFilter({ prefixes, suffixes, trusted = [] }: Filters) {
  const matchers = matchersFor(
    prefixes,
    suffixes,
    trusted.map(({ prefix }) => prefix),
  );
  const characters = JSON.stringify(matchers).length + REST_OF_PATTERN;
  if (characters > MAX_PATTERN_CHARACTERS) {
    throw new Error(
      `airlock.buckets: ${countOf(prefixes, suffixes, trusted)} make an event pattern of ${characters} characters, EventBridge accepts ${MAX_PATTERN_CHARACTERS}`,
    );
  }
  return matchers.length === 0 ? undefined : matchers;
}

const countOf = (prefixes: readonly unknown[], suffixes: readonly unknown[], trusted: readonly unknown[]) =>
  trusted.length > 0 && prefixes.length === 0
    ? `${trusted.length} trusted prefixes`
    : `${prefixes.length} prefixes and ${suffixes.length} suffixes`;

function matchersFor(prefixes: readonly string[], suffixes: readonly string[], trusted: readonly string[]): Matcher[] {
  if (prefixes.length + suffixes.length === 0 && trusted.length > 0)
    return [{ 'anything-but': { prefix: [...trusted] } }];
  if (suffixes.length === 0) return prefixes.map((prefix) => ({ prefix }));
  if (prefixes.length === 0) return suffixes.map((suffix) => ({ suffix }));
  return prefixes.flatMap((prefix) =>
    suffixes.map((suffix) => ({ wildcard: `${literal(prefix)}*${literal(suffix)}` })),
  );
}

/** In a wildcard, a backslash escapes `*` and itself. */
function literal(text: string): string {
  return text.replaceAll(/[\\*]/g, '\\$&');
}
