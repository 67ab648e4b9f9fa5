import { describe, expect, it } from '@jest/globals';
import {
  mainPartIsUnnamed,
  mainParts,
  typeOfOpenXml,
} from '../../../../../functions/domain/file-type/office/open-xml.ts';
import { parseContentTypes } from '../../../../../functions/domain/file-type/office/package-parts.ts';

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const WORD = `${OPEN_XML}.wordprocessingml.document.main+xml`;
const EXCEL = `${OPEN_XML}.spreadsheetml.sheet.main+xml`;

/** The content types of a package: of parts by name, of others by extension. */
function types(overrides: Readonly<Record<string, string>>, defaults: Readonly<Record<string, string>> = {}) {
  const parts = Object.entries(overrides).map(
    ([name, type]) => `<Override PartName="/${name}" ContentType="${type}"/>`,
  );
  const others = Object.entries(defaults).map(([name, type]) => `<Default Extension="${name}" ContentType="${type}"/>`);
  const parsed = parseContentTypes(
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${others.join('')}${parts.join('')}</Types>`,
  );
  if (parsed === null) throw new Error('not parsed');
  return parsed;
}

describe('the main part', () => {
  it('is named where the content types name it', () => {
    const named = types({ 'word/document.xml': WORD, 'word/styles.xml': 'text/xml' });
    expect([mainParts(named), mainPartIsUnnamed(named)]).toEqual([['word/document.xml'], false]);
  });

  it('is not, where its extension gives it the type, beside another that is or not', () => {
    expect(mainPartIsUnnamed(types({}, { xml: WORD }))).toBe(true);
    expect(mainPartIsUnnamed(types({ 'xl/workbook.xml': EXCEL }, { xml: WORD }))).toBe(true);
    expect(mainPartIsUnnamed(types({ 'a.xml': 'text/xml' }, { xml: 'application/xml' }))).toBe(false);
  });
});

it('takes `.main` only from the end of a type with macros', () => {
  const type = (declared: string) => typeOfOpenXml(types({ 'a.xml': declared }), [], []);
  expect(type('application/vnd.ms-excel.sheet.macroEnabled.main+xml')).toBe(
    'application/vnd.ms-excel.sheet.macroenabled.12',
  );
  expect(type('application/vnd.ms-excel.main.macroEnabled.main+xml')).toBe(
    'application/vnd.ms-excel.main.macroenabled.12',
  );
});
