import { isKnownExtension, textTypeOf } from '../types/extensions.ts';
import { TEXT_TYPES } from '../types/text-types.ts';
import { isXmlType, XML_TYPE } from './xml.ts';
import { SVG, XHTML, type XmlContent, XSLT } from './xml-content.ts';

const MSBUILD = 'http://schemas.microsoft.com/developer/msbuild/2003';

interface Kind {
  /** What the document's first elements are, by local name: one of these, or any where it is left out. */
  readonly first?: readonly string[];
  /** Of the root; any where it is left out. */
  readonly namespaces?: readonly string[];
  readonly type: string;
}

/** XML that something renders, runs or installs. */
const KINDS: readonly Kind[] = [
  { first: ['svg'], namespaces: ['', SVG], type: 'image/svg+xml' },
  { first: ['html'], namespaces: ['', XHTML], type: 'text/html' },
  { namespaces: [XHTML], type: 'text/html' },
  { first: ['stylesheet', 'transform'], namespaces: [XSLT], type: 'application/xslt+xml' },
  { first: ['libraryDescription'], type: 'application/x-windows-library' },
  { first: ['searchConnectorDescription'], type: 'application/x-windows-search-connector' },
  { first: ['PCSettings'], type: 'application/x-windows-settings' },
  { first: ['configuration>system.webServer', 'configuration>system.web'], type: 'application/x-web-config' },
  { first: ['jnlp'], type: 'application/x-java-jnlp-file' },
  { first: ['Project'], namespaces: [MSBUILD], type: 'application/x-msbuild' },
  { first: ['Project>Target', 'Project>UsingTask', 'Project>Import'], type: 'application/x-msbuild' },
  { first: ['Project>PropertyGroup', 'Project>ItemGroup'], type: 'application/x-msbuild' },
  { first: ['scriptlet', 'component>registration', 'package>component'], type: 'application/x-windows-script' },
  { first: ['job>script', 'job>runtime', 'package>job>script'], type: 'application/x-windows-script' },
  { first: ['package>job>runtime'], type: 'application/x-windows-script' },
];

/** Whether text begins as markup that an XML parser would take. */
export function beginsAsXml(text: string): boolean {
  return /^[\s\ufeff]*<(?:[?!]|[^\s<>&'"/=])/.test(text);
}

export function beginsWithXmlDeclaration(text: string): boolean {
  return /^[\s\ufeff]*<\?xml\s/.test(text);
}

/**
 * The type of inert text: the kind its extension names, if the text can be of it. XML under the name of a plain text
 * (`.txt`, `.csv`, `.md`) is that text; only the stored type could make a browser parse it.
 */
export function typeOfText(xml: XmlContent | null, extension: string | null): string {
  const claimed = textTypeOf(extension);
  if (xml === null) return isXmlType(claimed) ? 'text/plain' : claimed;
  const kind = KINDS.find(({ first, namespaces }) => beginsWith(xml, first) && isIn(xml, namespaces));
  if (kind !== undefined) return kind.type;
  if (isXmlType(claimed)) return Object.hasOwn(TEXT_TYPES, claimed) ? claimed : XML_TYPE;
  if (extension !== null && isKnownExtension(extension)) return claimed;
  return xml.declared || xml.wellFormed ? XML_TYPE : 'text/plain';
}

function beginsWith({ elements }: XmlContent, paths: readonly string[] | undefined): boolean {
  return paths === undefined || paths.some((path) => `${elements}>`.startsWith(`${path}>`));
}

/** A root whose tag is broken has no namespace. */
function isIn({ namespace }: XmlContent, namespaces: readonly string[] | undefined): boolean {
  return namespaces === undefined || namespaces.includes(namespace ?? '');
}
