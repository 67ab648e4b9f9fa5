import { describe, expect, it } from '@jest/globals';
import { typeOfText } from '../../../../../functions/domain/file-type/xml/xml-type.ts';
import { parsedXml } from '../../../../support/file-types/parsed-xml.ts';

const DECLARED = '<?xml version="1.0"?><note/>';

describe('the type of inert text', () => {
  it.each<[string | null, string, string]>([
    ['xml', DECLARED, 'application/xml'],
    ['xml', '<note/>', 'application/xml'],
    ['xml', '<note>', 'application/xml'],
    [null, DECLARED, 'application/xml'],
    [null, `${DECLARED}<`, 'application/xml'],
    [null, '<note/>', 'application/xml'],
    [null, '<p>a paragraph', 'text/plain'],
    ['xyz', DECLARED, 'application/xml'],
    ['txt', DECLARED, 'text/plain'],
    ['csv', DECLARED, 'text/csv'],
    ['md', '<h1>x</h1>', 'text/markdown'],
    ['svg', DECLARED, 'application/xml'],
    ['xslt', DECLARED, 'application/xml'],
    ['html', '<p>x</p>', 'text/html'],
  ])('under .%s, %s is %s', (extension, text, type) => expect(typeOfText(parsedXml(text), extension)).toBe(type));

  it.each<[string | null, string]>([
    ['xml', 'text/plain'],
    ['svg', 'text/plain'],
    ['md', 'text/markdown'],
    ['json', 'application/json'],
    [null, 'text/plain'],
    ['xyz', 'text/plain'],
  ])('that does not begin as XML is under .%s %s', (extension, type) => expect(typeOfText(null, extension)).toBe(type));

  it.each([
    ['svg', 'image/svg+xml'],
    ['svg xmlns="http://www.w3.org/2000/svg"', 'image/svg+xml'],
    ['svg xmlns="urn:x"', 'application/xml'],
    ['svgs', 'application/xml'],
    ['x xmlns="http://www.w3.org/1999/xhtml"', 'text/html'],
    ['html', 'text/html'],
    ['html xmlns="urn:x"', 'application/xml'],
    ['stylesheet', 'application/xml'],
    ['stylesheet xmlns="http://www.w3.org/1999/XSL/Transform"', 'application/xslt+xml'],
    ['template xmlns="http://www.w3.org/1999/XSL/Transform"', 'application/xml'],
  ])('is by its root, <%s/>: %s', (root, type) => {
    for (const extension of ['xml', null]) expect(typeOfText(parsedXml(`<${root}/>`), extension)).toBe(type);
  });
});
