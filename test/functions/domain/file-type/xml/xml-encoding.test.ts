import { describe, expect, it } from '@jest/globals';
import { xmlEncodings } from '../../../../../functions/domain/file-type/xml/xml-encoding.ts';
import { utf16be, utf16le } from '../../../../support/file-types/sample.ts';

const declared = (encoding: string) => Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><a/>`);

describe('the encodings of XML', () => {
  it('are the one of the byte order mark, whatever else is said', () => {
    for (const charset of [null, 'gbk', 'iso-2022-jp']) {
      expect(xmlEncodings(utf16le('<?xml version="1.0" encoding="gbk"?>'), charset)).toEqual(['utf-16le']);
      expect(xmlEncodings(utf16be('<a/>'), charset)).toEqual(['utf-16be']);
      expect(xmlEncodings(Buffer.from('\ufeff<a/>'), charset)).toEqual(['utf-8']);
    }
  });

  it('are the stored charset, as browsers see it, and the declaration, as programs do', () => {
    expect(xmlEncodings(declared('gbk'), 'Shift_JIS')).toEqual(['shift_jis', 'gbk']);
    expect(xmlEncodings(declared('UTF-8'), 'utf8')).toEqual(['utf-8']);
    expect(xmlEncodings(Buffer.from('<a/>'), 'utf-16')).toEqual(['utf-16le', 'utf-8']);
    // Browsers ignore a charset that they do not know.
    expect(xmlEncodings(declared('gbk'), 'utf-7')).toEqual(['gbk']);
  });

  it.each([
    ['<a/>', 'utf-8'],
    ['<?xml version="1.0"?><a/>', 'utf-8'],
    ['<?xml-stylesheet type="text/css"?><a/>', 'utf-8'],
    [declared('latin1'), 'windows-1252'],
    [declared('ISO-8859-15'), 'iso-8859-15'],
    [declared('windows-1251'), 'windows-1251'],
    [declared('Big5'), 'big5'],
    [declared('utf-16'), 'utf-8'],
    [declared('UTF-16BE'), 'utf-8'],
    ['<?xml version="1.0" encoding=gbk?><a/>', 'utf-8'],
    [`<?xml version="1.0"${' '.repeat(5000)}encoding="gbk"?><a/>`, 'gbk'],
    ['<?xml version="1.0" encoding="gbk"', null],
    ...['iso-2022-jp', 'csISO2022JP', 'iso-2022-kr', 'hz-gb-2312', 'utf-7', 'ibm037', 'ebcdic-cp-us', 'x'].map(
      (encoding) => [declared(encoding), null] as const,
    ),
    [declared('x-user-defined'), null],
    [declared('replacement'), null],
  ])('are by the declaration, UTF-8 without one, null for what is not read: %s', (head, encoding) => {
    expect(xmlEncodings(Buffer.from(head), null)).toEqual([encoding]);
  });

  it('do not hide one that is refused behind another', () => {
    expect(xmlEncodings(declared('utf-8'), 'iso-2022-jp')).toEqual([null, 'utf-8']);
    expect(xmlEncodings(declared('ibm037'), 'utf-8')).toEqual(['utf-8', null]);
  });
});
