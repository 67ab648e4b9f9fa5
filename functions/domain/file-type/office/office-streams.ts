import { type OfficeFacts, type StreamBytes, viewOf } from './stream-bytes.ts';

const NOTHING: OfficeFacts = { macros: false, encrypted: false };

/** Word up to 95, and since 97. */
const WORD_MAGIC = [0xa5dc, 0xa5ec];
/** The first version (97) whose macros are VBA, with directory entries of their own. */
const FIRST_VBA_VERSION = 0xc1;
const TEMPLATE = 1 << 0;
const ENCRYPTED = 1 << 8;

/**
 * `WordDocument`; null when it is none. Macros of the older WordBasic are in templates only.
 * @see https://learn.microsoft.com/openspecs/office_file_formats/ms-doc section 2.5.2
 */
export async function inspectWordDocument(stream: StreamBytes): Promise<OfficeFacts | null> {
  const head = await stream.read(0, 12);
  if (head.length < 12) return null;
  const view = viewOf(head);
  if (!WORD_MAGIC.includes(view.getUint16(0, true))) return null;
  const flags = view.getUint16(10, true);
  return {
    macros: view.getUint16(2, true) < FIRST_VBA_VERSION && (flags & TEMPLATE) !== 0,
    encrypted: (flags & ENCRYPTED) !== 0,
  };
}

/** Type (0x0400) and length of VBAInfoAtom, behind its version 2, before a reference, `fHasMacros` and a version. */
const VBA_INFO = '\x00\x04\x0c\x00\x00\x00';
const VBA_INFO_VERSION = 2;
const VBA_INFO_BYTES = 20;
const CHUNK_BYTES = 256 * 1024;

/**
 * `PowerPoint Document`. The atom counts wherever it stands: edits append to the stream, and a list of offsets says
 * which part is current.
 * @see https://learn.microsoft.com/openspecs/office_file_formats/ms-ppt section 2.4.10
 */
export async function inspectPresentation(stream: StreamBytes): Promise<OfficeFacts> {
  for (let at = 0; at < stream.size; at += CHUNK_BYTES - VBA_INFO_BYTES) {
    if (holdsMacroAtom(await stream.read(at, CHUNK_BYTES))) return { ...NOTHING, macros: true };
  }
  return NOTHING;
}

function holdsMacroAtom(chunk: Uint8Array): boolean {
  // As text of one byte a character, because the search for text is the fast one.
  const text = new TextDecoder('latin1').decode(chunk);
  for (let at = text.indexOf(VBA_INFO, 2); at !== -1; at = text.indexOf(VBA_INFO, at + 1)) {
    if (at + VBA_INFO_BYTES - 2 > chunk.length) return false;
    const version = (chunk[at - 2] ?? 0) & 0x0f;
    if (version === VBA_INFO_VERSION && viewOf(chunk).getUint32(at + 10) !== 0) return true;
  }
  return false;
}
