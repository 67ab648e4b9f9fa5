/**
 * OLE compound files: Word, Excel and PowerPoint up to 2003, Outlook messages, Windows installers. All may contain
 * macros or programs, so none is in a group; the class id of the root entry distinguishes them.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
 */
const COMPOUND_FILE = 'application/x-cfb';

/** A directory entry's size; the root is the first. */
const ENTRY_LENGTH = 128;

/** Four entries, one sector of the older layout: enough for the root and the first streams' names. */
export const COMPOUND_DIRECTORY_BYTES = 4 * ENTRY_LENGTH;

/** What the class ids {xxxxxxxx-0000-0000-C000-000000000046} have in common. */
const OLE = '00000000c000000000000046';

/** Class id as stored -> media type. */
const CLASSES: Readonly<Record<string, string>> = {
  [`06090200${OLE}`]: 'application/msword',
  [`20080200${OLE}`]: 'application/vnd.ms-excel',
  [`10080200${OLE}`]: 'application/vnd.ms-excel',
  '108d81649b4fcf1186ea00aa00b929e8': 'application/vnd.ms-powerpoint',
  [`0b0d0200${OLE}`]: 'application/vnd.ms-outlook',
  [`84100c00${OLE}`]: 'application/x-msi',
  [`86100c00${OLE}`]: 'application/x-msi',
  [`82100c00${OLE}`]: 'application/x-msi',
};

/** Offset of the directory; null when the bytes do not start a compound file. */
export function compoundDirectoryOffset(head: Uint8Array): number | null {
  if (head.length < 512 || hex(head.subarray(0, 8)) !== 'd0cf11e0a1b11ae1') return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const sectorLength = 2 ** Math.min(view.getUint16(0x1e, true), 12);
  return (view.getUint32(0x30, true) + 1) * sectorLength;
}

export function typeOfCompoundFile(directory: Uint8Array | null): string {
  if (directory === null || directory.length < ENTRY_LENGTH) return COMPOUND_FILE;
  // Office wraps a password-protected document in a compound file with this stream.
  if (new TextDecoder('utf-16le').decode(directory).includes('EncryptedPackage'))
    return 'application/x-office-encrypted';
  return CLASSES[hex(directory.subarray(80, 96))] ?? COMPOUND_FILE;
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
