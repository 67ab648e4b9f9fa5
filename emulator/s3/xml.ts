import { SaxesParser } from 'saxes';
import { malformedXml } from './errors.ts';

export interface XmlNode {
  readonly name: string;
  readonly children: readonly XmlNode[];
  readonly text: string;
}

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

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
