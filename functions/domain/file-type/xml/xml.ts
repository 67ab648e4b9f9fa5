import { SVG, XHTML, type XmlContent, XSLT } from './xml-content.ts';

export const XML_TYPE = 'application/xml';

export const isXmlType = (type: string): boolean => type === XML_TYPE || type.endsWith('+xml');

/** Local name of the root; null when there is none. */
export function rootOf({ elements }: XmlContent): string | null {
  return elements.split('>', 1)[0] || null;
}

export type XmlProblem =
  | 'xhtml'
  | 'svg'
  | 'xslt'
  | 'stylesheet'
  | 'internal-subset'
  | 'malformed'
  | 'encoding'
  | 'too-large';

export interface XmlRules {
  /** What to do about an `xml-stylesheet` that is not CSS. */
  readonly stylesheets: 'reject' | 'inert';
}

type Rule = readonly [problem: XmlProblem, applies: (xml: XmlContent, rules: XmlRules) => boolean];

/** What is certain comes before what could not be looked at. */
const RULES: readonly Rule[] = [
  ['encoding', ({ readable }) => !readable],
  ['xhtml', ({ namespaces }) => namespaces.has(XHTML)],
  ['svg', ({ namespaces }) => namespaces.has(SVG)],
  ['xslt', ({ namespaces }) => namespaces.has(XSLT)],
  ['stylesheet', ({ stylesheet }, { stylesheets }) => stylesheet && stylesheets === 'reject'],
  ['internal-subset', ({ internalSubset }) => internalSubset],
  ['malformed', ({ wellFormed }) => !wellFormed],
  ['too-large', ({ complete }) => !complete],
];

/** Why a browser, or a program that opens it, must not get this XML as XML; null when nothing in it is active. */
export function xmlProblem(xml: XmlContent, rules: XmlRules): XmlProblem | null {
  return RULES.find(([, applies]) => applies(xml, rules))?.[0] ?? null;
}
