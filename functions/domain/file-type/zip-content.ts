/** The content of a zip's central directory and its two type-defining entries. */
export interface ZipContent {
  readonly names: readonly string[];
  /** False when the directory could not be read completely, or is not where the zip says. */
  readonly complete: boolean;
  /** Whether the archive ends where the object does. */
  readonly atEnd: boolean;
  /** Text of `[Content_Types].xml` (Open XML); null when missing, ambiguous or unreadable. */
  readonly contentTypes: string | null;
  /** Text of `mimetype` (OpenDocument, EPUB). */
  readonly mimetype: string | null;
  /** Texts of the main parts' relationships (Open XML). */
  readonly relationships: readonly string[];
}

const ZIP = 'application/zip';

/** Parts that run: VBA, Excel 4 macro sheets, ActiveX controls. */
const MACRO_PART = /(?:^|\/)vbaProject[^/]*\.bin$|(?:^|\/)(?:macrosheets|activeX)\//i;
const MACRO_TYPE = /vbaProject|macroEnabled|macrosheet|activeX/i;
/** LibreOffice keeps Basic and script macros in these folders. */
const DOCUMENT_SCRIPT = /(?:^|\/)(?:Basic|Scripts)\/[^/]+/;
/** Word finds the macro project by this relationship, whatever it is called. */
const MACRO_RELATIONSHIP = /\/relationships\/(?:vbaProject|wordVbaData|xlMacrosheet|xlIntlMacrosheet)["'\s]/i;

const MACRO_ENABLED: Readonly<Record<string, string>> = {
  wordprocessingml: 'application/vnd.ms-word.document.macroenabled.12',
  spreadsheetml: 'application/vnd.ms-excel.sheet.macroenabled.12',
  presentationml: 'application/vnd.ms-powerpoint.presentation.macroenabled.12',
};

/**
 * The media type of the document that a zip contains; `application/zip` when there is none or it is ambiguous: a
 * document then disagrees with its extension. Word uses the main part's content type and finds the macro project by
 * its relationship, so both names and content types are checked.
 */
export function typeOfZip(zip: ZipContent): string {
  const { names, complete, contentTypes, mimetype } = zip;
  if (names.some((name) => /^classes\d*\.dex$|^AndroidManifest\.xml$/.test(name))) {
    return 'application/vnd.android.package-archive';
  }
  if (names.some((name) => /^META-INF\/mozilla\.rsa$/i.test(name))) return 'application/x-xpinstall';
  if (names.some((name) => /^META-INF\/MANIFEST\.MF$/i.test(name))) return 'application/java-archive';
  if (names.some((name) => /(?:^|\/)Appx(?:Bundle)?Manifest\.xml$/i.test(name))) return 'application/x-appx';
  if (contentTypes !== null) return typeOfOpenXml(zip, contentTypes);
  if (mimetype !== null) return typeOfOpenDocument(names, complete, mimetype);
  return names.some((name) => MACRO_PART.test(name)) ? (MACRO_ENABLED.wordprocessingml ?? ZIP) : ZIP;
}

function typeOfOpenXml({ names, complete, relationships }: ZipContent, contentTypes: string): string {
  const declared = [...contentTypes.matchAll(/ContentType\s{0,16}=\s{0,16}["']([^"'<>]*)["']/gi)].map(([, type = '']) =>
    type.trim(),
  );
  const macroMain = declared.find((type) => /macroEnabled.*\.main(?:\+xml)?$/i.test(type));
  if (macroMain !== undefined) {
    const family = macroMain.replace(/\.main(?:\+xml)?$/i, '').replace(/macroEnabledTemplate$/i, 'macroEnabled');
    return `${family.toLowerCase()}.12`;
  }
  const main = declared.find(
    (type) => type.length <= 200 && /^application\/vnd\.openxmlformats-.*\.main\+xml$/i.test(type),
  );
  const macros =
    declared.some((type) => MACRO_TYPE.test(type)) ||
    names.some((name) => MACRO_PART.test(name)) ||
    relationships.some((text) => MACRO_RELATIONSHIP.test(text));
  if (macros) {
    const family = Object.keys(MACRO_ENABLED).find((word) => main?.includes(word)) ?? 'wordprocessingml';
    return MACRO_ENABLED[family] ?? ZIP;
  }
  if (!complete || main === undefined || /<!ENTITY|&#/i.test(contentTypes)) return ZIP;
  return main.slice(0, -'.main+xml'.length).toLowerCase();
}

function typeOfOpenDocument(names: readonly string[], complete: boolean, mimetype: string): string {
  const type = mimetype.trim().toLowerCase();
  if (!/^application\/(?:vnd\.oasis\.opendocument\.[a-z-]{1,40}|epub\+zip)$/.test(type)) return ZIP;
  if (names.some((name) => DOCUMENT_SCRIPT.test(name))) return 'application/x-opendocument-macro';
  return complete ? type : ZIP;
}
