import { isDeepStrictEqual } from 'node:util';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

type JsonObject = Readonly<Record<string, unknown>>;

const PATH = ['context', 'airlock'];

/**
 * The text of cdk.json with `airlock` in its context: keys that changed are replaced, new ones are added at its end,
 * and everything else stays as it is, spaces too.
 * @param text JSON whose root is an object; so is its `context`, if it has one
 */
export function withAirlock(text: string, airlock: JsonObject): string {
  const before = valueAt(text, PATH);
  if (before === undefined) return insert(text, PATH, airlock);
  let after = text;
  for (const [key, value] of Object.entries(airlock)) {
    if (!Object.hasOwn(before as JsonObject, key)) after = insert(after, [...PATH, key], value);
    else if (!isDeepStrictEqual((before as JsonObject)[key], value)) after = replace(after, [...PATH, key], value);
  }
  return after;
}

function valueAt(text: string, path: readonly string[]): unknown {
  return path.reduce((value: unknown, step) => (value as JsonObject | undefined)?.[step], JSON.parse(text));
}

function replace(text: string, path: string[], value: unknown): string {
  const node = nodeAt(text, path);
  return text.slice(0, node.offset) + inline(value) + text.slice(node.offset + node.length);
}

/** Adds a property: the section and the context that it needs, or one key of the section. */
function insert(text: string, path: string[], value: unknown): string {
  const [key = '', ...parents] = path.toReversed();
  const parent = findNodeAtLocation(rootOf(text), parents.toReversed());
  // Only `context` can be absent.
  if (parent === undefined) return insert(text, parents.toReversed(), { [key]: value });
  const layout = layoutOf(text);
  const depth = path.length;
  const last = parent.children?.at(-1);
  const written = `${JSON.stringify(key)}: ${depth <= PATH.length ? block(value, depth, layout, PATH.length) : inline(value)}`;
  const [start, end] = [parent.offset, parent.offset + parent.length];
  if (last === undefined) {
    const inner = layout.line(depth) + written + layout.line(depth - 1);
    return `${text.slice(0, start)}{${inner}}${text.slice(end)}`;
  }
  // The section comes first, before CDK's many flags.
  if (depth === PATH.length) {
    const rest = text.slice(start + 1);
    const gap = /^[ \t]*\r?\n/.test(rest) ? '' : layout.line(depth);
    return `${text.slice(0, start + 1)}${layout.line(depth)}${written},${gap}${rest}`;
  }
  const after = last.offset + last.length;
  const sameLine = !text.slice(start, after).includes('\n');
  return `${text.slice(0, after)},${sameLine ? ' ' : layout.line(depth)}${written}${text.slice(after)}`;
}

interface Layout {
  /** A new line, and the spaces of its depth. */
  line(depth: number): string;
}

function layoutOf(text: string): Layout {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  return { line: (depth) => newline + indent.repeat(depth) };
}

/** An object with one key a line, down to the section's own keys. */
function block(value: unknown, depth: number, layout: Layout, deepest: number): string {
  if (depth > deepest) return inline(value);
  const lines = Object.entries(value as object).map(
    ([key, inner]) => `${layout.line(depth + 1)}${JSON.stringify(key)}: ${block(inner, depth + 1, layout, deepest)}`,
  );
  return lines.length === 0 ? '{}' : `{${lines.join(',')}${layout.line(depth)}}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${inline(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function rootOf(text: string): Node {
  const root = parseTree(text);
  if (root === undefined) throw new Error('cdk.json is empty');
  return root;
}

function nodeAt(text: string, path: string[]): Node {
  const node = findNodeAtLocation(rootOf(text), path);
  if (node === undefined) throw new Error(`cdk.json has no ${path.join('.')}`);
  return node;
}
