import { describe, expect, it } from '@jest/globals';
import { isCssStylesheet } from '../../../../../functions/domain/file-type/xml/xml-stylesheet.ts';

describe('an xml-stylesheet', () => {
  it.each([
    'type="text/css"',
    `href='a.css' type='text/css'`,
    'type="text/&#99;ss" media="print"',
    ' type = "text/css" ',
  ])('is CSS: %s', (body) => expect(isCssStylesheet(body)).toBe(true));

  it.each([
    ...[
      '',
      'href="a.css"',
      'type="text/xsl"',
      'type="TEXT/CSS"',
      'type="text/css;x"',
      'type=text/css',
      'Type="text/css"',
    ],
    ...['type="text/css" type="text/xsl"', 'type="text/css"/><y', 'type="text/css"><y/></x><x type="text/css"', 'a<b'],
    ...[`type="text/css" href="${'a'.repeat(5000)}"`, 'x:type="text/css"', 'type="&css;"'],
  ])('is not surely CSS: %s', (body) => expect(isCssStylesheet(body)).toBe(false));
});
