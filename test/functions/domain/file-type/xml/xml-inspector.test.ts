import { describe, expect, it } from '@jest/globals';
import { XML_LIMITS, XmlInspector } from '../../../../../functions/domain/file-type/xml/xml-inspector.ts';

const inspect = (text: string, step = 1 << 18) => {
  const inspector = new XmlInspector();
  for (let at = 0; at < text.length && !inspector.stopped; at += step) inspector.write(text.slice(at, at + step));
  return inspector.finish(true);
};
const times = (count: number, unit: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => unit(n)).join('');

describe('an XML inspector', () => {
  it('gives the first three elements, and the root’s namespace', () => {
    expect(inspect('<p:a xmlns:p="urn:p"><b><c><d/></c></b></p:a>')).toMatchObject({
      elements: 'a>b>c',
      namespace: 'urn:p',
    });
    expect(inspect('<a/>')).toMatchObject({ elements: 'a', namespace: '' });
    expect(inspect('<a b=c>')).toMatchObject({ elements: 'a', namespace: null, wellFormed: false });
    expect(inspect('')).toMatchObject({ elements: '', namespace: null, wellFormed: false });
  });

  it.each([
    ['<a xmlns="http://www.w3.org/2000/svg"><b xmlns=""/></a>', 1],
    ['<a><b xmlns="http://www.w3.org/2000/svg"/><c/></a>', 1],
    ['<a xmlns:s="http://www.w3.org/2000/svg"><s:b xmlns:s="urn:o"/></a>', 0],
    ['<a xmlns:s="urn:o"><b xmlns:s="http://www.w3.org/2000/svg"/><s:c/></a>', 0],
    ['<a xmlns="urn:o"><b xmlns="http://www.w3.org/2000/svg"></b><c/></a>', 1],
    ['<a xml:lang="en"/>', 0],
  ])('resolves a prefix where it is in scope: %s', (text, count) => {
    const { namespaces, wellFormed } = inspect(text, 3);
    expect([namespaces.size, wellFormed]).toEqual([count, true]);
  });

  it('stops at the first error', () => {
    const inspector = new XmlInspector();
    inspector.write('<a></b>');
    expect(inspector.stopped).toBe(true);
    inspector.write('<c xmlns="http://www.w3.org/2000/svg"/>');
    expect(inspector.finish(true)).toMatchObject({ wellFormed: false, complete: true, elements: 'a' });
  });

  it('takes the beginning of a larger document as it is', () => {
    const inspector = new XmlInspector();
    inspector.write('<a><b>');
    expect(inspector.finish(false)).toMatchObject({ wellFormed: true, complete: false });
  });

  it.each([
    ['depth', (count: number) => '<a>'.repeat(count) + '</a>'.repeat(count)],
    ['attributes', (count: number) => `<a${times(count, (n) => ` b${n}=""`)}/>`],
    [
      'prefixes',
      (count: number) => `<a>${times(count / 100, (n) => `<b${times(100, (m) => ` xmlns:p${n}-${m}="u"`)}>`)}`,
    ],
  ] as const)('stops where the document is no honest one: %s', (limit, make) => {
    const most = XML_LIMITS[limit];
    expect(inspect(make(most))).toMatchObject({ complete: true });
    expect(inspect(make(most + 100))).toMatchObject({ complete: false, wellFormed: true });
  });

  it('forgets prefixes that are no longer in scope', () => {
    const elements = times(11_000, (n) => `<p${n}:b xmlns:p${n}="u"/>`);
    expect(inspect(`<a>${elements}</a>`)).toMatchObject({ complete: true, wellFormed: true });
  });

  it('counts no more stylesheets than an honest document has', () => {
    const css = '<?xml-stylesheet type="text/css" href="a"?>';
    expect(inspect(`${css.repeat(XML_LIMITS.stylesheets)}<a/>`).stylesheet).toBe(false);
    expect(inspect(`${css.repeat(XML_LIMITS.stylesheets + 1)}<a/>`).stylesheet).toBe(true);
  });

  it('keeps little of a name that is long', () => {
    expect(inspect(`<${'a'.repeat(1000)}/>`).elements).toHaveLength(100);
  });

  it.each([
    ['elements at depth', '<a>'.repeat(9_000), '<b/>'],
    ['an attribute of lines', '<a b="', '\n'],
    ['a comment', '<a><!--', '-b'],
    ['CDATA', '<a><![CDATA[', ']b'],
    ['references', '<a b="', '&#65;'],
    ['a reference', '<a>&', '\r'],
    ['text', '<a>', 'xyz '],
    ['a document type', '<!DOCTYPE a [', '<b'],
    ['quotes', '<!DOCTYPE a ', "''"],
    ['stylesheets', '', '<?xml-stylesheet type="text/css"?>'],
  ])('takes linear time for half a MiB of %s', (_name, start, unit) => {
    const started = process.cpuUsage();
    inspect(start + unit.repeat(Math.floor(524_288 / unit.length)));
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });
});
