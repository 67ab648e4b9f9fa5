import type { ContentTypes } from './package-parts.ts';

/** Relationships and content types that Office finds what runs by: VBA, Excel 4 macro sheets, ActiveX controls. */
const MACRO_RELATIONSHIP =
  /\/relationships\/(?:vbaProject|vbaProjectSignature\w*|wordVbaData|xlMacrosheet|xlIntlMacrosheet|control|activeXControlBinary)$/i;
const MACRO_TYPE = /vbaProject|wordVbaData|macrosheet|activeX|macroEnabled.*\.main(?:\+xml)?$/i;
/** Parts of these names are never there for another reason. */
const MACRO_PART = /(?:^|\/)vbaProject[^/]*\.bin$|(?:^|\/)(?:macrosheets|activeX)\//i;

const MAIN_TYPE = /^application\/vnd\.openxmlformats-officedocument\.[a-z.]{1,100}\.main\+xml$/i;
const MACRO_MAIN_TYPE = /macroEnabled.*\.main(?:\+xml)?$/i;

const MACRO_ENABLED: Readonly<Record<string, string>> = {
  wordprocessingml: 'application/vnd.ms-word.document.macroenabled.12',
  spreadsheetml: 'application/vnd.ms-excel.sheet.macroenabled.12',
  presentationml: 'application/vnd.ms-powerpoint.presentation.macroenabled.12',
};

export function namesMacros(names: readonly string[]): boolean {
  return names.some((name) => MACRO_PART.test(name));
}

/** A package of parts that run, whose document is unknown. */
export const UNNAMED_MACROS = MACRO_ENABLED.wordprocessingml as string;

/** The names of the parts that are the document, the workbook or the presentation. */
export function mainParts({ parts }: ContentTypes): string[] {
  return [...parts].filter(([, type]) => isMainType(type)).map(([name]) => name);
}

/** Whether a main part gets its type from its extension, so that the content types do not say which part it is. */
export function mainPartIsUnnamed({ declared, parts }: ContentTypes): boolean {
  return declared.filter(isMainType).length > mainParts({ declared, parts }).length;
}

const isMainType = (type: string): boolean => MAIN_TYPE.test(type) || MACRO_MAIN_TYPE.test(type);

/**
 * The document's media type, null when there is none. A workbook with macros inside a document (`embeddings/a.xlsm`)
 * makes no document with macros: its content type is that of a package, not of a part.
 */
export function typeOfOpenXml(
  { declared }: ContentTypes,
  names: readonly string[],
  relationships: readonly string[],
): string | null {
  const macroMain = declared.find((type) => MACRO_MAIN_TYPE.test(type));
  if (macroMain !== undefined) {
    if (!/^application\/vnd\.ms-[a-z.]+$/i.test(macroMain.replace(/\+xml$/i, ''))) return UNNAMED_MACROS;
    const family = macroMain.replace(/\.main(?:\+xml)?$/i, '').replace(/macroEnabledTemplate$/i, 'macroEnabled');
    return `${family.toLowerCase()}.12`;
  }
  const main = declared.find((type) => MAIN_TYPE.test(type));
  const macros =
    namesMacros(names) ||
    declared.some((type) => MACRO_TYPE.test(type)) ||
    relationships.some((type) => MACRO_RELATIONSHIP.test(type));
  if (!macros) return main === undefined ? null : main.slice(0, -'.main+xml'.length).toLowerCase();
  const family = Object.keys(MACRO_ENABLED).find((word) => main?.includes(word)) ?? 'wordprocessingml';
  return MACRO_ENABLED[family] ?? UNNAMED_MACROS;
}
