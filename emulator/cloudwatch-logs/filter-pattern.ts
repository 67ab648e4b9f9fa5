/**
 * Whether a message matches a filter pattern: a text in quotes, which it contains, or one for JSON: `{ $.type = "ExecutionStarted" && $.details.input = "*a.txt*" }`.
 * Every comparison must hold; `*` in a value stands for any text. A message that is no JSON matches nothing but the
 * empty pattern.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws Error for a pattern of another kind
 */
export function filterOf(pattern: string): (message: string) => boolean {
  if (pattern.trim() === '') return () => true;
  const [, words] = /^\s*"([^"]*)"\s*$/.exec(pattern) ?? [];
  if (words !== undefined) return (message) => message.includes(words);
  const inner = /^\s*\{(.*)\}\s*$/s.exec(pattern)?.[1] ?? refuse(pattern);
  const comparisons = inner.split('&&').map((text) => comparisonOf(text) ?? refuse(pattern));
  return (message) => {
    const content = parsed(message);
    return comparisons.every(({ path, value }) => {
      const found = path.reduce<unknown>(
        (node, name) => (node as Record<string, unknown> | undefined)?.[name],
        content,
      );
      return typeof found === 'string' && value.test(found);
    });
  };
}

function comparisonOf(text: string): { readonly path: readonly string[]; readonly value: RegExp } | undefined {
  const [, path, value] = /^\s*\$((?:\.\w+)+)\s*=\s*"([\w.:/*-]+)"\s*$/.exec(text) ?? [];
  if (path === undefined || value === undefined) return undefined;
  const literal = value.split('*').map((part) => part.replaceAll(/[.]/g, '\\.'));
  return { path: path.split('.').slice(1), value: new RegExp(`^${literal.join('.*')}$`, 's') };
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function refuse(pattern: string): never {
  throw new Error(
    `filter pattern ${JSON.stringify(pattern)}: only "text" and { $.path = "text" && … } are served here`,
  );
}
