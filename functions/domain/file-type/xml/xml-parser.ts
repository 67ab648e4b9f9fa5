import { SaxesParser } from 'saxes';

const PREDEFINED: ReadonlyArray<readonly [string, string]> = [
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
  ['xmlns', 'http://www.w3.org/2000/xmlns/'],
];

/** Browsers read what says it is XML 1.1 by the rules of 1.0. */
const OPTIONS = { xmlns: true, position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' } as const;

/**
 * saxes looks a prefix up in every open element, which makes deep documents quadratic. Here each prefix has a stack of
 * what it stands for.
 */
export class NamespaceParser extends SaxesParser<typeof OPTIONS> {
  readonly #bound = new Map(PREDEFINED.map(([prefix, uri]) => [prefix, [uri]]));
  /** Prefixes that each open element declares; the last is the one whose tag is being read. */
  readonly #open: (string[] | undefined)[] = [undefined];
  #inScope = 0;

  constructor() {
    super(OPTIONS);
  }

  override resolve(prefix: string): string | undefined {
    return this.#bound.get(prefix)?.at(-1);
  }

  /** By an attribute of the tag that is being read; returns the number of declarations in scope. */
  bind(prefix: string, uri: string): number {
    const last = this.#open.length - 1;
    const declared = this.#open[last];
    if (declared === undefined) this.#open[last] = [prefix];
    else declared.push(prefix);
    const bound = this.#bound.get(prefix);
    if (bound === undefined) this.#bound.set(prefix, [uri]);
    else bound.push(uri);
    this.#inScope += 1;
    return this.#inScope;
  }

  /** The tag has ended; returns the depth. */
  enter(): number {
    return this.#open.push(undefined) - 1;
  }

  leave(): void {
    this.#open.pop();
    for (const prefix of this.#open.pop() ?? []) {
      const bound = this.#bound.get(prefix);
      bound?.pop();
      if (bound?.length === 0) this.#bound.delete(prefix);
      this.#inScope -= 1;
    }
    this.#open.push(undefined);
  }

  /**
   * A long comment or value is kept as one piece for each of its line ends until somebody looks at it: 64 bytes of
   * memory for one of the document. To read a character makes one string of the pieces.
   */
  compact(): void {
    // biome-ignore-start lint/complexity/useLiteralKeys: only this form reaches what the class declares private
    this['text'].charCodeAt(0);
    this['entity'].charCodeAt(0);
    // biome-ignore-end lint/complexity/useLiteralKeys: see above
  }
}
