import { FINDINGS } from '../findings.ts';
import type { ScanPolicy } from '../scan-policy.ts';
import { allowsEverything } from './allowlist.ts';
import { type Content, UNKNOWN } from './content.ts';
import { canonicalType } from './media-types.ts';
import { type StoredType, storedType } from './stored-type.ts';
import { namesContent } from './type-agreement.ts';
import { isXmlType, XML_TYPE, xmlProblem, xmlVocabulary } from './xml.ts';

type Policy = Pick<ScanPolicy, 'allowedTypes' | 'inertTypes' | 'xmlStylesheets'>;

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
  const disagreement = FINDINGS.contentType(stored.name.slice(0, 100), type);
  if (!agreesWith(stored, content, type, extensions, policy)) return disagreement;
  // Whoever opens a file of that name opens it with a browser.
  const asXml = stored.treatment === 'xml' || isXmlType(type) || extensions.includes('xml');
  if (content.xml === null || !asXml || allowsEverything(policy.allowedTypes)) return null;
  const stylesheets = policy.xmlStylesheets === 'inert' && isInert(stored) ? 'inert' : 'reject';
  const problem = xmlProblem(content.xml, { stylesheets });
  return problem === null ? null : FINDINGS.xml(problem);
}

function agreesWith(stored: StoredType, content: Content, type: string, extensions: readonly string[], policy: Policy) {
  switch (stored.treatment) {
    case 'generic':
      return true;
    case 'inert':
      return (
        stored.unknown ||
        policy.inertTypes === 'relaxed' ||
        type === UNKNOWN ||
        namesContent(stored.name, type, extensions)
      );
    case 'xml':
      return content.xml !== null && (isXmlType(type) || type === XML_TYPE);
    case 'rendered':
      return (
        canonicalType(stored.name) === type || (content.xml !== null && xmlVocabulary(content.xml) === stored.name)
      );
    default:
      return canonicalType(stored.name) === type;
  }
}

const isInert = ({ treatment }: StoredType) => treatment === 'inert' || treatment === 'generic';
