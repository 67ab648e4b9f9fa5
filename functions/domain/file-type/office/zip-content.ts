import { namesMacros, typeOfOpenXml, UNNAMED_MACROS } from './open-xml.ts';
import type { ContentTypes } from './package-parts.ts';

/** The content of a zip's central directory and of the entries that define its type. */
export interface ZipContent {
  readonly names: readonly string[];
  /** False when a part that decides could not be read completely, or the directory is not where the zip says. */
  readonly complete: boolean;
  /** Whether the archive ends where the object does. */
  readonly atEnd: boolean;
  /** `[Content_Types].xml` (Open XML); null when missing, ambiguous or unreadable. */
  readonly contentTypes: ContentTypes | null;
  /** Text of `mimetype` (OpenDocument, EPUB). */
  readonly mimetype: string | null;
  /** Types of the main parts' relationships (Open XML). */
  readonly relationships: readonly string[];
}

const ZIP = 'application/zip';

const OPEN_DOCUMENT = /^application\/vnd\.oasis\.opendocument\.[a-z-]{1,40}$/;
const EPUB = 'application/epub+zip';

/** LibreOffice keeps Basic and script macros in these folders, of a document and of each object in it. */
const DOCUMENT_SCRIPT = /(?:^|\/)(?:Basic|Scripts)\/[^/]+/i;

/**
 * The media type of the document that a zip contains; `application/zip` when there is none or it is ambiguous: a
 * document then disagrees with its extension.
 */
export function typeOfZip(zip: ZipContent): string {
  // Some writers use the separator of Windows; Office and LibreOffice accept it.
  const names = zip.names.map((name) => name.replaceAll('\\', '/'));
  return typeOfProgram(names) ?? typeOfJava(names, typeOfDocument(zip, names));
}

function typeOfProgram(names: readonly string[]): string | null {
  if (names.some((name) => /^classes\d*\.dex$|^AndroidManifest\.xml$/.test(name))) {
    return 'application/vnd.android.package-archive';
  }
  if (names.some((name) => /^META-INF\/mozilla\.rsa$/i.test(name))) return 'application/x-xpinstall';
  return names.some((name) => /(?:^|\/)Appx(?:Bundle)?Manifest\.xml$/i.test(name)) ? 'application/x-appx' : null;
}

/** Signing a document with Java's own tool leaves a manifest in it, but no classes. */
function typeOfJava(names: readonly string[], document: string): string {
  if (!names.some((name) => /^META-INF\/MANIFEST\.MF$/i.test(name))) return document;
  return document === ZIP || names.some((name) => /\.class$/i.test(name)) ? 'application/java-archive' : document;
}

function typeOfDocument({ complete, contentTypes, mimetype, relationships }: ZipContent, names: readonly string[]) {
  if (contentTypes !== null) {
    const type = typeOfOpenXml(contentTypes, names, relationships) ?? ZIP;
    return complete || type.includes('macroenabled') ? type : ZIP;
  }
  if (mimetype !== null) return typeOfOpenDocument(names, complete, mimetype);
  return namesMacros(names) ? UNNAMED_MACROS : ZIP;
}

function typeOfOpenDocument(names: readonly string[], complete: boolean, mimetype: string): string {
  const type = mimetype.trim().toLowerCase();
  if (OPEN_DOCUMENT.test(type)) {
    if (names.some((name) => DOCUMENT_SCRIPT.test(name))) return 'application/x-opendocument-macro';
  } else if (type !== EPUB) return ZIP;
  return complete ? type : ZIP;
}
