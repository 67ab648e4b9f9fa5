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

/** Of the whole text, of its nesting, and of one element: both kinds of part are flat lists. */
const LIMITS = { elements: 100_000, depth: 16, attributes: 32 } as const;

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

/**
 * The attributes of all elements, whatever their prefix; false when the text is not what Office accepts, or is larger
 * than any package needs. The parser throws at the first fault.
 */
function readElements(text: string, onElement: (attributes: Attributes) => void): boolean {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const size = { elements: 0, depth: 0, attributes: 0 };
  const grow = (dimension: keyof typeof size) => {
    size[dimension] += 1;
    if (size[dimension] > LIMITS[dimension]) throw new Error(`more than ${LIMITS[dimension]} ${dimension}`);
  };
  parser.on('doctype', () => {
    throw new Error('a document type');
  });
  parser.on('opentagstart', () => {
    size.attributes = 0;
    grow('elements');
    grow('depth');
  });
  parser.on('attribute', () => grow('attributes'));
  parser.on('opentag', ({ attributes }) => onElement(attributes));
  parser.on('closetag', () => {
    size.depth -= 1;
  });
  try {
    parser.write(text).close();
    return true;
  } catch {
    return false;
  }
}
