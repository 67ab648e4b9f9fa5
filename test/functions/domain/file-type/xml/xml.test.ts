import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isXmlType, rootOf, xmlProblem } from '../../../../../functions/domain/file-type/xml/xml.ts';
import { SVG, XHTML, type XmlContent, XSLT } from '../../../../../functions/domain/file-type/xml/xml-content.ts';
import { parsedXml } from '../../../../support/file-types/parsed-xml.ts';
import { utf16be, utf16le } from '../../../../support/file-types/sample.ts';
import { HONEST_XML, PROBLEM_XML } from '../../../../support/file-types/xml-files.ts';

const STRICT = { stylesheets: 'reject' } as const;
const problem = (content: string | Uint8Array, charset: string | null = null) =>
  xmlProblem(parsedXml(content, charset), STRICT);

describe('the problem of XML', () => {
  it.each(HONEST_XML)('is none for $name', ({ bytes }) => expect(problem(bytes)).toBeNull());

  it.each(PROBLEM_XML.map(([rule, { name, bytes }]) => [rule, name, bytes] as const))(
    'is %s for %s',
    (rule, name, bytes) => {
      // Only who trusts the charset does not see the end of this CDATA.
      expect(problem(bytes, name === 'gbk.xml' ? 'gbk' : null)).toBe(rule);
    },
  );

  it('is no stylesheet where the policy takes them for inert, but is the rest', () => {
    const rules = PROBLEM_XML.map(([rule, { name, bytes }]) => {
      const xml = parsedXml(bytes, name === 'gbk.xml' ? 'gbk' : null);
      return [rule, xmlProblem(xml, { stylesheets: 'inert' })] as const;
    });
    for (const [rule, found] of rules) expect(found).toBe(rule === 'stylesheet' ? null : rule);
  });

  it('is the most certain of several', () => {
    const all: XmlContent = {
      ...{ declared: true, readable: false, complete: false, wellFormed: false, internalSubset: true },
      ...{ stylesheet: true, namespaces: new Set([SVG, XHTML, XSLT]), elements: 'r', namespace: '' },
    };
    const steps: [string, Partial<XmlContent>][] = [
      ['encoding', {}],
      ['xhtml', { readable: true }],
      ['svg', { namespaces: new Set([SVG, XSLT]) }],
      ['xslt', { namespaces: new Set([XSLT]) }],
      ['stylesheet', { namespaces: new Set() }],
      ['internal-subset', { stylesheet: false }],
      ['malformed', { internalSubset: false }],
      ['too-large', { wellFormed: true }],
    ];
    let xml = all;
    for (const [rule, change] of steps) {
      xml = { ...xml, ...change };
      expect(xmlProblem(xml, STRICT)).toBe(rule);
    }
    expect(xmlProblem({ ...xml, complete: true }, STRICT)).toBeNull();
  });

  it('is found in whatever way an active namespace is written', () => {
    const reference = (letter: string, how: number) => {
      const code = letter.codePointAt(0) ?? 0;
      return (
        [letter, `&#${code};`, `&#x${code.toString(16)};`, `&#x00${code.toString(16).toUpperCase()};`][how] ?? letter
      );
    };
    const document = fc.record({
      namespace: fc.constantFrom(XHTML, SVG, XSLT),
      how: fc.array(fc.nat(12), { minLength: 60, maxLength: 60 }),
      prefix: fc.constantFrom('', 'h', 'svg', 'ä', '_', 'x-1.2'),
      quote: fc.constantFrom('"', "'"),
      before: fc.constantFrom('', ' a="1"', '\n b = "<!--"'.replace('<!--', '--'), ' xmlns:o="urn:o" o:c="2"'),
      after: fc.constantFrom('', ' z="1"', '\t', '\r\n'),
      outer: fc.constantFrom('', '<o>', '<o xmlns="urn:o"><!-- > --><p/>', '<o><![CDATA[<x>]]>&amp;'),
      declaredOutside: fc.boolean(),
      asAttribute: fc.boolean(),
      encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'iso-8859-1', 'none'),
      step: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(document, (made) => {
        const { prefix, quote, encoding } = made;
        const uri = [...made.namespace].map((letter, at) => reference(letter, made.how[at] ?? 0)).join('');
        const declaration = ` xmlns${prefix && `:${prefix}`}=${quote}${uri}${quote}`;
        const inAttribute = made.asAttribute && prefix !== '';
        const name = inAttribute ? 'a' : `${prefix && `${prefix}:`}a`;
        const attribute = inAttribute ? ` ${prefix}:d=""` : '';
        const inner = made.declaredOutside
          ? `${made.before}${made.after}`
          : `${made.before}${declaration}${made.after}`;
        const element = `<${name}${attribute}${inner}/>`;
        const around = made.declaredOutside ? `<w${declaration}>${element}</w>` : element;
        const body = made.outer === '' ? around : `${made.outer}${around}</o>`;
        const marked = encoding.startsWith('utf-16');
        const text = `${encoding === 'none' ? '' : `<?xml version="1.0" encoding="${marked ? 'UTF-16' : encoding}"?>`}${body}`;
        const bytes = encode(text, encoding);
        expect([text, xmlProblem(parsedXml(bytes, null, made.step), STRICT)]).toEqual([
          text,
          { [XHTML]: 'xhtml', [SVG]: 'svg', [XSLT]: 'xslt' }[made.namespace],
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

function encode(text: string, encoding: string): Uint8Array {
  if (encoding === 'utf-16le') return utf16le(text);
  if (encoding === 'utf-16be') return utf16be(text);
  return Buffer.from(text, encoding === 'iso-8859-1' ? 'latin1' : 'utf8');
}

describe('a name of XML', () => {
  it('is its root’s, without prefix', () => {
    expect(rootOf(parsedXml('<a:b xmlns:a="urn:a"><c/></a:b>'))).toBe('b');
    expect(rootOf(parsedXml('<!-- -->'))).toBeNull();
  });

  it.each([
    ['application/xml', true],
    ['application/gpx+xml', true],
    ['text/plain', false],
    ['application/xml-dtd', false],
  ])('is a media type: %s %s', (type, is) => expect(isXmlType(type)).toBe(is));
});
