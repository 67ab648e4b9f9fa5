export const XHTML = 'http://www.w3.org/1999/xhtml';
export const SVG = 'http://www.w3.org/2000/svg';
export const XSLT = 'http://www.w3.org/1999/XSL/Transform';

/** Namespaces whose elements a browser runs scripts of. */
export const ACTIVE_NAMESPACES: ReadonlySet<string> = new Set([XHTML, SVG, XSLT]);

/** What a parser found in XML, as far as it is well-formed. */
export interface XmlContent {
  /** Whether it begins with `<?xml`. */
  readonly declared: boolean;
  /** False when it is in an encoding that is not read; nothing else is known then. */
  readonly readable: boolean;
  /** False when it is larger, deeper or wider than what is read. */
  readonly complete: boolean;
  /** Up to its end, or as far as it was read. */
  readonly wellFormed: boolean;
  readonly internalSubset: boolean;
  /** Whether an `xml-stylesheet` is anything else than CSS. */
  readonly stylesheet: boolean;
  /** Those of ACTIVE_NAMESPACES that any element or attribute is in. */
  readonly namespaces: ReadonlySet<string>;
  /** Local names of the first three elements: `job>script`. The root is the first; empty when there is none. */
  readonly elements: string;
  /** Of the root; null until its tag has ended. */
  readonly namespace: string | null;
}
