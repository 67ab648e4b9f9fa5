import { viewOf } from './stream-bytes.ts';

/** A storage (folder) or stream (file) of a compound file; names differ by more than case. */
export interface CompoundEntry {
  readonly name: string;
  /** Hexadecimal, as stored. */
  readonly classId: string;
  readonly start: number;
  /** Bytes. */
  readonly size: number;
}

export interface CompoundDirectory {
  readonly root: CompoundEntry;
  /** What lies directly under the root. */
  readonly top: readonly CompoundEntry[];
  /** All entries, wherever they are, even those that nothing refers to. */
  readonly all: readonly CompoundEntry[];
}

interface Node extends CompoundEntry {
  readonly left: number;
  readonly right: number;
  readonly child: number;
}

const ENTRY_BYTES = 128;
const NAME_BYTES = 64;
const NOBODY = 0xffffffff;
const UNUSED = 0;
const ROOT = 5;

/**
 * Null when the entries contradict each other: no root, a name that is none, references in circles or into nothing,
 * two entries of one name.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb section 2.6
 */
export function parseCompoundDirectory(bytes: Uint8Array): CompoundDirectory | null {
  const nodes: Array<Node | null> = [];
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const entry = bytes.subarray(at, at + ENTRY_BYTES);
    const type = entry[66];
    if ((type === ROOT) !== (at === 0)) return null;
    const node = type === UNUSED ? null : parseEntry(entry);
    if (node === null && type !== UNUSED) return null;
    nodes.push(node);
  }
  const root = nodes[0];
  if (root === null || root === undefined) return null;
  const top = siblings(nodes, root.child);
  if (top === null) return null;
  if (new Set(top.map(({ name }) => name.toLowerCase())).size < top.length) return null;
  return { root, top, all: nodes.filter((node) => node !== null) };
}

function parseEntry(entry: Uint8Array): Node | null {
  const view = viewOf(entry);
  const nameLength = view.getUint16(NAME_BYTES, true);
  if (nameLength < 2 || nameLength > NAME_BYTES || nameLength % 2 !== 0) return null;
  return {
    name: new TextDecoder('utf-16le').decode(entry.subarray(0, nameLength - 2)),
    left: view.getUint32(68, true),
    right: view.getUint32(72, true),
    child: view.getUint32(76, true),
    classId: [...entry.subarray(80, 96)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    start: view.getUint32(116, true),
    // Version 3 leaves garbage in the upper half; 4 GiB are over any limit here.
    size: view.getUint32(120, true),
  };
}

/** The entries of a storage, which form a tree of which `first` is the root. */
function siblings(nodes: ReadonlyArray<Node | null>, first: number): Node[] | null {
  const found: Node[] = [];
  const seen = new Set<number>();
  const open = [first];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index === NOBODY) continue;
    const node = nodes[index];
    if (node === null || node === undefined || index === 0 || seen.has(index)) return null;
    seen.add(index);
    found.push(node);
    open.push(node.left, node.right);
  }
  return found;
}
