import type { ActiveContent } from '../../active-content.ts';
import type { Attributes } from './xml.ts';

/** Relationships that fetch their target when the document is opened, by the last part of their type. */
const FETCHING: Readonly<Record<string, ActiveContent>> = {
  attachedtemplate: 'office-remote-template',
  oleobject: 'office-external-ole',
  package: 'office-external-ole',
  afchunk: 'office-external-link',
  externallink: 'office-external-link',
  externallinkpath: 'office-external-link',
  frame: 'office-external-link',
  subdocument: 'office-external-link',
  xlalternatestartup: 'office-external-link',
  xlexternallinkpath: 'office-external-link',
  xllibrary: 'office-external-link',
  xlpathmissing: 'office-external-link',
  xlstartup: 'office-external-link',
};

/** On a disk of whoever wrote the document: writers name their own templates like that. */
const LOCAL = /^(?:file:\/\/\/[a-z0-9]|file:\/\/localhost\/|[a-z]:[\\/])/i;

/** One part of an Office document that refers to another. */
export interface Relationship {
  /** Last part of its type, in lower case. */
  readonly kind: string;
  readonly target: string;
  readonly external: boolean;
}

export function relationshipOf(attributes: Attributes): Relationship {
  const [type = ''] = attributes('Type');
  const [target = ''] = attributes('Target');
  const external = attributes('TargetMode').some((mode) => mode.toLowerCase() === 'external');
  return { kind: type.slice(type.lastIndexOf('/') + 1).toLowerCase(), target, external };
}

/** What an external relationship fetches; null where it is only followed by a click, or shown. */
export function fetchedBy({ kind, target, external }: Relationship): ActiveContent | null {
  return external && !LOCAL.test(target) ? (FETCHING[kind] ?? null) : null;
}

/**
 * Name of the part that a relationship leads to, in lower case, as members of a zip are named.
 *
 * @param of name of the part with the relationships, such as `word/_rels/document.xml.rels`
 */
export function targetOf(of: string, target: string): string {
  const folder = of.replace(/(?:^|\/)_rels\/[^/]*$/, '').split('/');
  const path = target.replace(/[?#].*$/, '').replaceAll('\\', '/');
  const names = path.startsWith('/') ? [] : folder.filter((name) => name !== '');
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.join('/').toLowerCase();
}
