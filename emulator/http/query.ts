/** What a parameter of AWS's query protocol holds: a text, or what its dotted name leads to. */
export type QueryValue = string | QueryStructure;
export interface QueryStructure {
  readonly [name: string]: QueryValue;
}

/**
 * The parameters of a request in AWS's query protocol, whose names are paths: `Attributes.entry.1.key`.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function readQuery(parameters: URLSearchParams): QueryStructure {
  const root = structure();
  for (const [path, value] of parameters) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let parent = root;
    for (const name of names) {
      const known = parent[name];
      const child = typeof known === 'object' ? (known as Structure) : structure();
      parent[name] = child;
      parent = child;
    }
    parent[last] = value;
  }
  return root;
}

/** Whatever a request calls them, `constructor` too, its parameters are data. */
const structure = (): Structure => Object.create(null) as Structure;
type Structure = { [name: string]: QueryValue };

export function textIn(parameters: QueryStructure, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}

/** A list: `Ids.member.1`, `Ids.member.2`, in the order of the numbers. */
export function listIn(parameters: QueryStructure, name: string): readonly QueryValue[] {
  return numbered(parameters[name], 'member');
}

/** A map: `Attributes.entry.1.key` with `.value`, or under other names. */
export function mapIn(
  parameters: QueryStructure,
  name: string,
  { key = 'key', value = 'value' } = {},
): ReadonlyMap<string, QueryValue> {
  const entries = numbered(parameters[name], 'entry').flatMap((entry) => {
    if (typeof entry !== 'object') return [];
    const content = entry[value];
    return content === undefined ? [] : [[textIn(entry, key) ?? '', content] as const];
  });
  return new Map(entries);
}

function numbered(value: QueryValue | undefined, word: string): readonly QueryValue[] {
  const items = typeof value === 'object' ? value[word] : undefined;
  if (typeof items !== 'object') return [];
  return Object.entries(items)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);
}
