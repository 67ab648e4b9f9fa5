import { computedMIMEType, MIMEType } from 'whatwg-mimetype';
import { DANGEROUS_BINARY_TYPES, DANGEROUS_TEXT_TYPES } from '../types/dangerous-types.ts';
import { canonicalType } from '../types/type-aliases.ts';

/**
 * What a browser does with content under a stored Content-Type, as measured in Chromium and Firefox without `nosniff`,
 * which S3 cannot store:
 * - `invalid`: some take it for something else than others
 * - `rendered`: markup in it runs
 * - `xml`: it runs where the XML asks for it
 * - `program`: somebody runs it, if not as a document
 * - `generic`: says nothing about the content
 * - `inert`: shown, played or downloaded
 */
export type Treatment = 'invalid' | 'rendered' | 'xml' | 'program' | 'generic' | 'inert';

export interface StoredType {
  /** Lower case, without parameters; `none` where there is none. */
  readonly name: string;
  /** Whether the content decides what it is. */
  readonly unknown: boolean;
  readonly treatment: Treatment;
}

const XML = new Set(['text/xml', 'application/xml']);
const RENDERED = new Set(['text/html', 'text/xsl', 'application/x-mimearchive']);
const RENDERED_CLASSES = new Set(['multipart', 'message']);

/** What HTTP clients and tools send when nobody told them a type. */
const GENERIC = new Set([
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-octet-stream',
  'application/force-download',
  'application/x-download',
  'application/download',
  // axios and curl, for bytes
  'application/x-www-form-urlencoded',
]);

const UNKNOWN = new Set(['*/*', 'unknown/unknown', 'application/unknown']);

/** @param head first bytes of the content, which decide when the type is missing or unknown */
export function storedType(contentType: string | null, head: Uint8Array): StoredType {
  if (contentType === null || contentType.trim() === '') return sniffed('none', head);
  // Of a list some take the first, some the last.
  const parsed = contentType.includes(',') ? null : MIMEType.parse(contentType);
  if (parsed === null) return { name: 'invalid', unknown: false, treatment: 'invalid' };
  const { essence } = parsed;
  if (UNKNOWN.has(essence)) return sniffed(essence, head);
  return { name: essence, unknown: false, treatment: treatmentOf(parsed) };
}

function treatmentOf(type: MIMEType): Treatment {
  const { essence } = type;
  if (XML.has(essence)) return 'xml';
  if (RENDERED.has(essence) || RENDERED_CLASSES.has(type.type) || type.isXML()) return 'rendered';
  if (GENERIC.has(essence)) return 'generic';
  return type.isJavaScript() || isDangerous(essence) ? 'program' : 'inert';
}

function isDangerous(essence: string): boolean {
  const name = canonicalType(essence);
  return Object.hasOwn(DANGEROUS_TEXT_TYPES, name) || Object.hasOwn(DANGEROUS_BINARY_TYPES, name);
}

function sniffed(name: string, head: Uint8Array): StoredType {
  const type = computedMIMEType(head);
  const runs = type.isHTML() || type.isXML();
  return { name, unknown: true, treatment: runs ? treatmentOf(type) : 'inert' };
}
