/** Event patterns are at most this long; https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_PATTERN_CHARACTERS = 2048;
/** Length of the rest of the pattern: source, detail-type, a bucket name of 63 characters, reasons. */
const REST_OF_PATTERN = 300;

type Matcher = { prefix: string } | { suffix: string } | { wildcard: string };

/**
 * The event pattern on `detail.object.key` for keys that begin with one of `prefixes` and end with one of
 * `suffixes`; undefined when every key matches. A key in which the two would overlap does not match (`ab` + `bc`
 * matches `abbc`, not `abc`).
 * @throws Error when the pattern is longer than EventBridge accepts
 */
export function keyFilter({ prefixes, suffixes }: { prefixes: readonly string[]; suffixes: readonly string[] }) {
  const matchers = matchersFor(prefixes, suffixes);
  const characters = JSON.stringify(matchers).length + REST_OF_PATTERN;
  if (characters > MAX_PATTERN_CHARACTERS) {
    throw new Error(
      `airlock.buckets: ${prefixes.length} prefixes and ${suffixes.length} suffixes make an event pattern of ${characters} characters, EventBridge accepts ${MAX_PATTERN_CHARACTERS}`,
    );
  }
  return matchers.length === 0 ? undefined : matchers;
}

function matchersFor(prefixes: readonly string[], suffixes: readonly string[]): Matcher[] {
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
