/**
 * Orders strings by their UTF-8 bytes, as S3 lists keys; JavaScript's own order (UTF-16 code units)
 * differs where surrogate pairs meet U+E000 to U+FFFF.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    const leftSurrogate = left >= 0xd800 && left <= 0xdfff;
    const rightSurrogate = right >= 0xd800 && right <= 0xdfff;
    if (leftSurrogate !== rightSurrogate) return leftSurrogate ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

/** Index of the first key that is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(keys[middle] as string, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of `key` up to and including the first delimiter after the prefix, if it is rolled up. */
function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

export interface PageOptions {
  readonly prefix: string;
  /** '' rolls nothing up. */
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Omits smaller keys, and common prefixes up to it; `entriesOf` decides about the key itself. */
  readonly from: string;
}

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last entry of the page, where the next page continues. */
  readonly last: { readonly entry: Entry } | { readonly prefix: string } | undefined;
}

/**
 * One page of sorted keys. Each entry and common prefix counts toward `maxKeys`; a common prefix is listed only if a
 * key under it has entries and it sorts after `from`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (delimiter)
 */
export function page<Entry>(
  keys: readonly string[],
  options: PageOptions,
  entriesOf: (key: string) => readonly Entry[],
): Page<Entry> {
  const { prefix, delimiter, maxKeys, from } = options;
  const found: ({ readonly entry: Entry } | { readonly prefix: string })[] = [];
  let rolledUp: string | undefined;
  const start = lowerBound(keys, compareUtf8(from, prefix) > 0 ? from : prefix);
  for (let index = start; index < keys.length && found.length <= maxKeys && maxKeys > 0; index++) {
    const key = keys[index] as string;
    if (!key.startsWith(prefix)) break;
    if (rolledUp !== undefined && key.startsWith(rolledUp)) continue;
    const common = commonPrefixOf(key, prefix, delimiter);
    if (common !== undefined && compareUtf8(common, from) <= 0) {
      rolledUp = common;
      continue;
    }
    const entries = entriesOf(key);
    if (entries.length === 0) continue;
    if (common === undefined) {
      for (const entry of entries) found.push({ entry });
    } else {
      rolledUp = common;
      found.push({ prefix: common });
    }
  }
  const shown = found.slice(0, maxKeys);
  return {
    entries: shown.flatMap((item) => ('entry' in item ? [item.entry] : [])),
    commonPrefixes: shown.flatMap((item) => ('prefix' in item ? [item.prefix] : [])),
    truncated: found.length > maxKeys && maxKeys > 0,
    last: shown.at(-1),
  };
}
