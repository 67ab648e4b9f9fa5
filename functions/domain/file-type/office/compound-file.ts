/**
 * OLE compound files: Word, Excel and PowerPoint up to 2003, Outlook messages, Windows installers. Those that may hold
 * macros or programs are in no group.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
 */
export interface CompoundFile {
  /** Of the root entry, hexadecimal as stored. */
  readonly classId: string;
  /** Names directly under the root. */
  readonly top: readonly string[];
  /** Names of all entries. */
  readonly names: readonly string[];
  /** Whether the main stream says that there are macros. */
  readonly macros: boolean;
  /** Whether the main stream says that a password is needed. */
  readonly encrypted: boolean;
}

const COMPOUND_FILE = 'application/x-cfb';
const ENCRYPTED = 'application/x-office-encrypted';
const WITH_MACROS = 'application/x-office-legacy-macro';

/** Media type -> the streams of which one is the document; in lower case, because names do not differ by case. */
const MAIN_STREAMS: Readonly<Record<string, readonly string[]>> = {
  'application/msword': ['worddocument'],
  'application/vnd.ms-excel': ['workbook', 'book'],
  'application/vnd.ms-powerpoint': ['powerpoint document'],
  'application/vnd.ms-outlook': ['__properties_version1.0'],
};

/** What the class ids {xxxxxxxx-0000-0000-C000-000000000046} have in common. */
const OLE = '00000000c000000000000046';

/** Class id as stored -> media type. */
const CLASSES: Readonly<Record<string, string>> = {
  [`00090200${OLE}`]: 'application/msword',
  [`06090200${OLE}`]: 'application/msword',
  [`20080200${OLE}`]: 'application/vnd.ms-excel',
  [`10080200${OLE}`]: 'application/vnd.ms-excel',
  '108d81649b4fcf1186ea00aa00b929e8': 'application/vnd.ms-powerpoint',
  '70ae7bea3bfbcd11a90300aa00510ea3': 'application/vnd.ms-powerpoint',
  [`0b0d0200${OLE}`]: 'application/vnd.ms-outlook',
  [`84100c00${OLE}`]: 'application/x-msi',
  [`86100c00${OLE}`]: 'application/x-msi',
  [`82100c00${OLE}`]: 'application/x-msi',
};

/** Storages and streams of VBA in Word and Excel. PowerPoint has it compressed in its main stream. */
const MACRO_ENTRIES = new Set(['_vba_project', '_vba_project_cur', 'vba', 'macros']);

/** What Office keeps a password-protected document in, and rights management. */
const ENCRYPTION_STREAMS = new Set(['encryptedpackage', 'encryptedsummary', '\tdrmcontent']);

/** The media type whose document the stream of this name is; null for any other stream. */
export function kindOfStream(name: string): string | null {
  return Object.keys(MAIN_STREAMS).find((type) => MAIN_STREAMS[type]?.includes(name.toLowerCase())) ?? null;
}

/** `null` stands for a file that is inconsistent, or too long to be understood within the limits. */
export function typeOfCompoundFile(file: CompoundFile | null): string {
  if (file === null) return COMPOUND_FILE;
  if (file.top.some((name) => ENCRYPTION_STREAMS.has(name.toLowerCase()))) return ENCRYPTED;
  const type = kindOf(file);
  if (!Object.hasOwn(MAIN_STREAMS, type)) return type;
  if (file.encrypted) return ENCRYPTED;
  return file.macros || file.names.some((name) => MACRO_ENTRIES.has(name.toLowerCase())) ? WITH_MACROS : type;
}

/** By the class of the root, which some writers leave out; a document must have its stream, and no other's. */
function kindOf({ classId, top }: CompoundFile): string {
  const byClass = CLASSES[classId];
  if (byClass === 'application/x-msi') return byClass;
  const [byStream, another] = new Set(top.map(kindOfStream).filter((kind) => kind !== null));
  if (byStream === undefined || another !== undefined) return COMPOUND_FILE;
  return byClass === undefined || byClass === byStream ? byStream : COMPOUND_FILE;
}
