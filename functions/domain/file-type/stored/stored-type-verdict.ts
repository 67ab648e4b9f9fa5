import { FINDINGS } from '../../findings.ts';
import type { ScanPolicy } from '../../scan-policy.ts';
import { type Content, UNKNOWN } from '../content.ts';
import { allowsEverything } from '../types/allowlist.ts';
import { DANGEROUS_TEXT_TYPES } from '../types/dangerous-types.ts';
import { canonicalType } from '../types/type-aliases.ts';
import { isXmlType, rootOf, xmlProblem } from '../xml/xml.ts';
import { isVocabularyOf } from '../xml/xml-vocabularies.ts';
import { type StoredType, storedType } from './stored-type.ts';
import { namesContent } from './type-agreement.ts';

type Policy = Pick<ScanPolicy, 'allowedTypes' | 'inertTypes' | 'xmlStylesheets'>;

/** Longer names are cut: the finding has to fit into a tag. */
const LONGEST_TYPE = 100;

/**
 * Why a browser might make something else of content of an allowed type than its type says; null when it would not.
 *
 * @param extensions of the content's names
 */
export function storedTypeFault(
  content: Content,
  type: string,
  extensions: readonly string[],
  policy: Policy,
): string | null {
  const stored = storedType(content.headers.contentType, content.head);
  if (stored.treatment === 'invalid') return FINDINGS.invalidContentType;
  if (!agreesWith(stored, content, type, extensions, policy)) {
    return FINDINGS.contentType(stored.name.slice(0, LONGEST_TYPE), type);
  }
  return isParsed(stored, type, extensions, policy) ? xmlFault(stored, content, policy) : null;
}

function agreesWith(stored: StoredType, content: Content, type: string, extensions: readonly string[], policy: Policy) {
  const itself = canonicalType(stored.name) === type;
  switch (stored.treatment) {
    case 'generic':
      return true;
    case 'inert':
      if (stored.unknown || policy.inertTypes === 'relaxed' || type === UNKNOWN) return true;
      return namesContent(stored.name, type, extensions);
    case 'xml':
      return content.xml !== null;
    case 'rendered':
      return itself || (content.xml !== null && isVocabularyOf(stored.name, rootOf(content.xml) ?? ''));
    default:
      return itself || (type === UNKNOWN && allowsEverything(policy.allowedTypes));
  }
}

/** Whether somebody parses it as XML: a browser, or whoever opens a file of that name. What may run is not asked. */
function isParsed({ treatment }: StoredType, type: string, extensions: readonly string[], policy: Policy): boolean {
  if (allowsEverything(policy.allowedTypes) || Object.hasOwn(DANGEROUS_TEXT_TYPES, type)) return false;
  return treatment === 'xml' || treatment === 'rendered' || isXmlType(type) || extensions.includes('xml');
}

function xmlFault({ treatment }: StoredType, { xml }: Content, policy: Policy): string | null {
  if (xml === null) return null;
  const inert = treatment === 'inert' || treatment === 'generic';
  const problem = xmlProblem(xml, { stylesheets: inert ? policy.xmlStylesheets : 'reject' });
  return problem === null ? null : FINDINGS.xml(problem);
}
