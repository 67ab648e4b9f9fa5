import type { SaxesTagNS } from 'saxes';
import { ACTIVE_NAMESPACES, type XmlContent } from './xml-content.ts';
import { NamespaceParser } from './xml-parser.ts';
import { isCssStylesheet } from './xml-stylesheet.ts';

/**
 * Of no honest document; without limits, time and memory grow with them. `attributes` are those of one element,
 * `prefixes` those declared in all open ones.
 */
export const XML_LIMITS = {
  depth: 10_000,
  attributes: 10_000,
  prefixes: 10_000,
  elements: 2_000_000,
  stylesheets: 100,
} as const;
const FIRST_ELEMENTS = 3;

class Malformed extends Error {}
class TooLarge extends Error {}

function within(limit: keyof typeof XML_LIMITS, count: number): void {
  if (count > XML_LIMITS[limit]) throw new TooLarge();
}

/** Parses text as it arrives. It stops at the first error, as browsers do, and at the limits; it expands no entities. */
export class XmlInspector {
  readonly #parser = new NamespaceParser();
  readonly #namespaces = new Set<string>();
  readonly #elements: string[] = [];
  #rootNamespace: string | null = null;
  #internalSubset = false;
  #stylesheets = 0;
  #stylesheet = false;
  #seen = 0;
  #attributes = 0;
  #stopped: unknown;

  constructor() {
    const parser = this.#parser;
    parser.on('error', () => {
      throw new Malformed();
    });
    parser.on('doctype', (doctype) => {
      this.#internalSubset ||= doctype.replaceAll(/"[^"]*"|'[^']*'/g, '').includes('[');
    });
    parser.on('processinginstruction', ({ target, body }) => {
      if (target !== 'xml-stylesheet') return;
      this.#stylesheets += 1;
      this.#stylesheet ||= this.#stylesheets > XML_LIMITS.stylesheets || !isCssStylesheet(body);
    });
    parser.on('opentagstart', ({ name }) => {
      this.#attributes = 0;
      this.#seen += 1;
      within('elements', this.#seen);
      if (this.#elements.length < FIRST_ELEMENTS) this.#elements.push(name.slice(name.indexOf(':') + 1).slice(0, 100));
    });
    parser.on('attribute', ({ prefix, local, value }) => {
      this.#attributes += 1;
      within('attributes', this.#attributes);
      if (prefix === 'xmlns') within('prefixes', parser.bind(local, value.trim()));
      else if (prefix === '' && local === 'xmlns') within('prefixes', parser.bind('', value.trim()));
    });
    parser.on('opentag', (tag) => {
      within('depth', parser.enter());
      this.#rootNamespace ??= tag.uri;
      this.#note(tag);
    });
    parser.on('closetag', () => parser.leave());
  }

  /** Whether nothing that follows can change what was found. */
  get stopped(): boolean {
    return this.#stopped !== undefined;
  }

  write(text: string): void {
    this.#try(() => {
      this.#parser.write(text);
      this.#parser.compact();
    });
  }

  /** The end of the document, or of what is read of it. */
  finish(complete: boolean): Omit<XmlContent, 'declared' | 'readable'> {
    if (complete) this.#try(() => this.#parser.close());
    return {
      complete: complete && !(this.#stopped instanceof TooLarge),
      wellFormed: !this.stopped || this.#stopped instanceof TooLarge,
      internalSubset: this.#internalSubset,
      stylesheet: this.#stylesheet,
      namespaces: this.#namespaces,
      elements: this.#elements.join('>'),
      namespace: this.#rootNamespace,
    };
  }

  #note(tag: SaxesTagNS): void {
    if (ACTIVE_NAMESPACES.has(tag.uri)) this.#namespaces.add(tag.uri);
    if (this.#attributes === 0) return;
    for (const { uri } of Object.values(tag.attributes)) if (ACTIVE_NAMESPACES.has(uri)) this.#namespaces.add(uri);
    // The parser keeps every open element.
    tag.attributes = {};
  }

  #try(parse: () => void): void {
    if (this.stopped) return;
    try {
      parse();
    } catch (reason) {
      this.#stopped = reason;
    }
  }

  /** What cannot be decoded is not well-formed. */
  fail(): void {
    this.#stopped ??= new Malformed();
  }
}
