import { u16, u32 } from '../containers/zip.ts';
import { type CompoundOptions, type CompoundPart, compoundFile } from './compound-writer.ts';

/** Documents of Office up to 2003, as far as their macros are concerned. */

const OLE = '00000000c000000000000046';
export const CLASS = {
  word: `06090200${OLE}`,
  excel: `20080200${OLE}`,
  powerPoint: '108d81649b4fcf1186ea00aa00b929e8',
  outlook: `0b0d0200${OLE}`,
  installer: `84100c00${OLE}`,
  publisher: `01120200${OLE}`,
} as const;

/** The beginning of `WordDocument`. */
export function wordStream({ magic = 0xa5ec, version = 0xc1, flags = 0 } = {}): Buffer {
  return Buffer.concat([u16(magic, version, 0, 0, 0, flags), Buffer.alloc(5000)]);
}

const record = (type: number, body: Buffer): Buffer => Buffer.concat([u16(type, body.length), body]);
const beginning = (kind: number): Buffer => record(0x0809, Buffer.concat([u16(0x0600, kind), Buffer.alloc(12)]));
const END = record(0x0a, Buffer.alloc(0));

export interface Sheet {
  /** As the globals list it: 0 sheet, 1 macros of Excel 4, 2 chart, 6 module. */
  readonly listed?: number;
  /** As it begins: 0x10 sheet, 0x20 chart, 0x40 macros of Excel 4. */
  readonly kind?: number;
}

/** `Workbook`: globals, then each sheet. */
export function workbookStream(sheets: readonly Sheet[], globals: readonly Buffer[] = [], cells = 5000): Buffer {
  const listings = sheets.map(({ listed = 0 }, index) => {
    const name = Buffer.from(`S${index}`.padEnd(5));
    return Buffer.concat([u32(0), Buffer.from([0, listed, name.length, 0]), name]);
  });
  const lengthOf = (buffers: readonly Buffer[]) => buffers.reduce((sum, { length }) => sum + length, 0);
  const bodies = sheets.map(({ kind = 0x10 }) =>
    Buffer.concat([beginning(kind), record(0x0203, Buffer.alloc(Math.min(cells, 8000))), END]),
  );
  const first = lengthOf([beginning(5), ...globals, ...listings.map((listing) => record(0x85, listing)), END]);
  listings.forEach((listing, index) => void listing.writeUInt32LE(first + lengthOf(bodies.slice(0, index))));
  return Buffer.concat([beginning(5), ...listings.map((listing) => record(0x85, listing)), ...globals, END, ...bodies]);
}

/** A record of the globals that a password adds. */
export const FILE_PASS = record(0x2f, Buffer.alloc(54, 1));
/** Strings of the globals, `bytes` of them. */
export const strings = (bytes: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes / 8000) }, () => record(0x3c, Buffer.alloc(8000, 0x41)));

/** `PowerPoint Document`; the atom says whether there are macros, where it is there. */
export function presentationStream(macros: number | null, before = 3000): Buffer {
  const atom = macros === null ? Buffer.alloc(0) : Buffer.concat([u16(2, 0x0400), u32(12, 7, macros, 2)]);
  return Buffer.concat([u16(0x0f, 0x03e8), u32(before + atom.length), Buffer.alloc(before), atom, Buffer.alloc(2000)]);
}

const vba = (folder: string): CompoundPart[] => [
  { path: [folder] },
  { path: [folder, 'VBA'] },
  { path: [folder, 'VBA', '_VBA_PROJECT'], content: Buffer.alloc(200, 1) },
  { path: [folder, 'VBA', 'dir'], content: Buffer.alloc(300, 2) },
];

const SUMMARY: CompoundPart = { path: ['\x05SummaryInformation'], content: Buffer.alloc(400, 3) };

export function doc(options: { macros?: boolean; stream?: Buffer } & CompoundOptions = {}): Buffer {
  const { macros = false, stream = wordStream(), ...rest } = options;
  const parts = [{ path: ['WordDocument'], content: stream }, SUMMARY, ...(macros ? vba('Macros') : [])];
  return compoundFile(parts, { classId: CLASS.word, ...rest });
}

export function xls(options: { macros?: boolean; stream?: Buffer; name?: string } & CompoundOptions = {}): Buffer {
  const {
    macros = false,
    stream = workbookStream([{}, { listed: 2, kind: 0x20 }]),
    name = 'Workbook',
    ...rest
  } = options;
  const parts = [SUMMARY, { path: [name], content: stream }, ...(macros ? vba('_VBA_PROJECT_CUR') : [])];
  return compoundFile(parts, { classId: CLASS.excel, ...rest });
}

export function ppt(options: { macros?: number | null; stream?: Buffer } & CompoundOptions = {}): Buffer {
  const { macros = null, stream = presentationStream(macros), ...rest } = options;
  const parts = [
    { path: ['PowerPoint Document'], content: stream },
    { path: ['Current User'], content: Buffer.alloc(60) },
  ];
  return compoundFile([...parts, SUMMARY], { classId: CLASS.powerPoint, ...rest });
}

export function msg(options: CompoundOptions = {}): Buffer {
  const attachment = ['__attach_version1.0_#00000000', '__substg1.0_37010102'];
  const parts: CompoundPart[] = [
    { path: ['__properties_version1.0'], content: Buffer.alloc(500) },
    { path: ['__substg1.0_0037001F'], content: Buffer.from('Subject', 'utf16le') },
    { path: attachment.slice(0, 1) },
    { path: attachment, content: Buffer.alloc(6000, 9) },
  ];
  return compoundFile(parts, { classId: CLASS.outlook, ...options });
}
