/** Where one is: `#/buckets/uploads/a%2Fb?tab=tags`. Every segment may hold any text. */
export interface Route {
  /** Decoded: `['buckets', 'uploads', 'a/b']`. */
  readonly segments: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

/** What cannot be decoded is no place: the first page is shown. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#?\/?/, ''), '?');
  try {
    return {
      segments: path === '' ? [] : path.split('/').map(decodeURIComponent),
      query: new Map(
        query.split('&').flatMap((pair) => {
          const [name = '', value = ''] = splitOnce(pair, '=').map(decodeURIComponent);
          return name === '' ? [] : [[name, value] as const];
        }),
      ),
    };
  } catch {
    return { segments: [], query: new Map() };
  }
}

/** The link to a place; empty values are left out. */
export function linkTo(segments: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${encode(name)}=${encode(value ?? '')}`);
  return `#/${segments.map(encode).join('/')}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** Lone surrogates, which no URL can hold, become U+FFFD. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed());

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
