import { SaxesParser } from 'saxes';

/** `[Content_Types].xml` of an Open XML package. */
export interface ContentTypes {
  /** Every content type that it names, without blanks at the ends. */
  readonly declared: readonly string[];
  /** Parts by name (without the leading slash), each with its content type. */
  readonly parts: ReadonlyMap<string, string>;
}

export interface Relationship {
  /** An URL that names what the target is to the part. */
  readonly type: string;
  readonly target: string;
}

/** No registered type is longer; what follows a longer one is cut off. */
const LONGEST_TYPE = 256;

type Attributes = Readonly<Record<string, string>>;

/**
 * As Office reads it; null when it is no well-formed XML without a document type, which Office refuses.
 * @see https://ecma-international.org/publications-and-standards/standards/ecma-376/ part 2, section 7.2.3
 */
export function parseContentTypes(text: string): ContentTypes | null {
  const declared: string[] = [];
  const parts = new Map<string, string>();
  const wellFormed = readElements(text, ({ ContentType, PartName }) => {
    if (ContentType === undefined) return;
    const type = ContentType.trim().slice(0, LONGEST_TYPE);
    declared.push(type);
    if (PartName !== undefined) parts.set(PartName.trim().replace(/^\//, ''), type);
  });
  return wellFormed ? { declared, parts } : null;
}

export function parseRelationships(text: string): Relationship[] | null {
  const found: Relationship[] = [];
  const wellFormed = readElements(text, ({ Type, Target = '' }) => {
    if (Type !== undefined) found.push({ type: Type.trim().slice(0, LONGEST_TYPE), target: Target.trim() });
  });
  return wellFormed ? found : null;
}

/** The attributes of all elements, whatever their prefix; false when the text is not what Office accepts. */
function readElements(text: string, onElement: (attributes: Attributes) => void): boolean {
  let accepted = true;
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  parser.on('error', () => {
    accepted = false;
  });
  parser.on('doctype', () => {
    accepted = false;
  });
  parser.on('opentag', ({ attributes }) => onElement(attributes));
  parser.write(text).close();
  return accepted;
}
