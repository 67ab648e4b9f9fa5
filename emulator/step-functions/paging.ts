import { ApiFault } from '../http/json-api.ts';

export interface PageRequest {
  /** 0: the default. */
  readonly maxResults?: number;
  readonly nextToken?: string;
}

const DEFAULT_RESULTS = 100;

export interface PageProps<Item> {
  /** What is listed, and of what: a token is good for nothing else. */
  readonly of: string;
  readonly items: readonly Item[];
  /** A number of each item, which grows or falls along the list: what is added meanwhile shifts no page. */
  readonly position: (item: Item) => number;
}

/** @throws ApiFault InvalidToken */
export function pageOf<Item>(
  { of, items, position }: PageProps<Item>,
  { maxResults = 0, nextToken }: PageRequest,
): { readonly page: readonly Item[]; readonly nextToken?: string } {
  const last = nextToken === undefined ? undefined : positionIn(nextToken, of);
  const [first, second] = items;
  const falls = first !== undefined && second !== undefined && position(first) > position(second);
  const after = (item: Item) =>
    last === undefined || (falls ? position(item) < last.position : position(item) > last.position);
  const begin = items.findIndex(after);
  const rest = begin < 0 ? [] : items.slice(begin);
  const page = rest.slice(0, maxResults || DEFAULT_RESULTS);
  const end = page.at(-1);
  return { page, ...(end !== undefined && page.length < rest.length && { nextToken: tokenOf(of, position(end)) }) };
}

function tokenOf(of: string, position: number): string {
  return Buffer.from(JSON.stringify([of, position])).toString('base64url');
}

function positionIn(token: string, expected: string): { readonly position: number } {
  const [of, position] = parsed(Buffer.from(token, 'base64url').toString());
  if (of === expected && typeof position === 'number') return { position };
  throw new ApiFault('InvalidToken', "Invalid Token: 'Invalid token'");
}

function parsed(text: string): readonly unknown[] {
  try {
    const found = JSON.parse(text);
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
