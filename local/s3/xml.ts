import { SaxesParser } from 'saxes';
import { malformedXml } from './errors.ts';

export type XmlContent = string | number | boolean | XmlElement;
/** Arrays repeat their element; undefined leaves it out. */
export interface XmlElement {
  readonly [name: string]: XmlContent | readonly XmlContent[] | undefined;
}

export interface XmlNode {
  readonly name: string;
  readonly children: readonly XmlNode[];
  readonly text: string;
}

export function writeXml(root: string, content: XmlElement, namespace = true): string {
  const open = namespace ? `<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` : `<${root}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${open}${write(content)}</${root}>`;
}

function write(content: XmlContent): string {
  if (typeof content !== 'object') return escapeText(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((item) => [name, item] as const))
    .map(([name, item]) => (item === undefined ? '' : `<${name}>${write(item as XmlContent)}</${name}>`))
    .join('');
}

/** Control characters become references as S3 writes them, though XML 1.0 forbids most: hence `encoding-type=url`. */
function escapeText(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to escape
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`)
  );
}

/** @throws S3Error MalformedXML, also for a DOCTYPE, an unknown entity or another root */
export function parseXml(text: string, root: string): XmlNode {
  const parser = new SaxesParser();
  const top = { name: '', children: [] as XmlNode[], text: '' };
  const stack = [top];
  const fail = () => {
    throw malformedXml();
  };
  parser.on('error', fail);
  parser.on('doctype', fail);
  parser.on('opentag', ({ name }) => {
    if (stack.length > 16) fail();
    const node = { name: name.replace(/^.*:/, ''), children: [], text: '' };
    stack.at(-1)?.children.push(node);
    stack.push(node);
  });
  const onText = (characters: string) => {
    const node = stack.at(-1);
    if (node !== undefined) node.text += characters;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => stack.pop());
  parser.write(text).close();
  const node = top.children[0];
  if (node?.name !== root) throw malformedXml();
  return node;
}

export const childrenOf = (node: XmlNode, name: string): readonly XmlNode[] =>
  node.children.filter((child) => child.name === name);

export const textOf = (node: XmlNode, name: string): string | undefined => childrenOf(node, name)[0]?.text;
