import { SaxesParser } from 'saxes';

/** Characters; no honest one is longer. */
const LONGEST = 4096;

/**
 * Whether the body of an `xml-stylesheet` names CSS, which runs nothing. Its pseudo-attributes have the syntax of an
 * element's, so that they are read as one; anything else counts as XSLT.
 * @see https://www.w3.org/TR/xml-stylesheet/
 */
export function isCssStylesheet(body: string): boolean {
  if (body.length > LONGEST) return false;
  const types: (string | undefined)[] = [];
  const parser = new SaxesParser();
  parser.on('error', (fault) => {
    throw fault;
  });
  parser.on('opentag', ({ attributes }) => types.push(attributes.type));
  try {
    parser.write(`<x ${body}/>`).close();
  } catch {
    return false;
  }
  return types.length === 1 && types[0] === 'text/css';
}
