import { describe, expect, it } from '@jest/globals';
import { openXml } from '../../../../../functions/domain/file-type/xml/xml-document.ts';
import { parsedXml } from '../../../../support/file-types/parsed-xml.ts';
import { latin1 } from '../../../../support/file-types/sample.ts';
import { HONEST_XML, PROBLEM_XML } from '../../../../support/file-types/xml-files.ts';

describe('an XML document', () => {
  it.each(['<a', '\ufeff <?xml', '<!-- -->', '<!DOCTYPE a>', '<?a?>', '<ä'])('begins as markup: %j', (text) =>
    expect(openXml(text, Buffer.from(text), null)).not.toBeNull(),
  );

  it.each(['', 'a <b>', '< a', '<', '<>', '<=', '</a>', '"<a>"', '{"a":"<b>"}'])('is none otherwise: %j', (text) =>
    expect(openXml(text, Buffer.from(text), null)).toBeNull(),
  );

  it('says whether it begins with a declaration', () => {
    expect(parsedXml('\ufeff<?xml version="1.0"?><a/>').declared).toBe(true);
    expect(parsedXml('<?xml-x?><a/>').declared).toBe(false);
  });

  it.each([...HONEST_XML, ...PROBLEM_XML.map(([, file]) => file)])(
    'is the same in pieces of any size: $name',
    ({ bytes }) => {
      for (const step of [1, 3]) expect(parsedXml(bytes, null, step)).toEqual(parsedXml(bytes));
    },
  );

  it('is well-formed only if it is in each encoding that somebody reads it in', () => {
    const bytes = latin1('<?xml version="1.0" encoding="ISO-8859-1"?><r>M\xfcller</r>');
    expect(parsedXml(bytes).wellFormed).toBe(true);
    expect(parsedXml(bytes, 'windows-1252').wellFormed).toBe(true);
    expect(parsedXml(bytes, 'utf-8').wellFormed).toBe(false);
    expect(parsedXml(bytes, 'utf-16').wellFormed).toBe(false);
  });

  it('that is read in part may be cut anywhere, also within a character', () => {
    const bytes = Buffer.from('<r>ü').subarray(0, 4);
    const document = openXml('<r>', bytes, null);
    document?.write(bytes);
    expect(document?.finish(false)).toMatchObject({ wellFormed: true, complete: false });
  });

  it('is cut within no character', () => {
    expect(parsedXml(Buffer.from('<r>ü').subarray(0, 4)).wellFormed).toBe(false);
  });
});
