import type { ActiveContent } from '../../active-content.ts';
import type { ByteSource } from '../byte-source.ts';
import type { DocumentReader } from './document-reader.ts';
import { fetchedBy, relationshipOf, targetOf } from './relationships.ts';
import { WordFields } from './word-fields.ts';
import { beginsAsXml, readXml, wordSearch } from './xml.ts';

export const CONTENT_TYPES = '[content_types].xml';
const HEAD_BYTES = 1024;
const EMBEDDED = /^application\/vnd\.openxmlformats-officedocument\.(?:oleobject|package)$/;
/** What Word may import without looking at it as a web page does. */
const PLAIN_CHUNK = /^(?:text\/plain|application\/vnd\.openxmlformats-officedocument\.wordprocessingml\.[a-z.]+\+xml)$/;
const DDE_LINK = 'ddeLink';
const mayHoldFields = wordSearch(['instrText', 'fldSimple', DDE_LINK]);

/** Office Open XML. @see https://ecma-international.org/publications-and-standards/standards/ecma-376/ */
export class OfficeDocument implements DocumentReader {
  readonly #names: ReadonlySet<string>;
  readonly #takeTurn: () => Promise<void>;
  readonly #found = new Set<ActiveContent>();
  /** Media types by extension and by part, and the parts that are imported. */
  readonly #byExtension = new Map<string, string>();
  readonly #byPart = new Map<string, string>();
  readonly #chunks = new Set<string>();

  constructor(names: ReadonlySet<string>, takeTurn: () => Promise<void>) {
    this.#names = names;
    this.#takeTurn = takeTurn;
  }

  async read(name: string, content: ByteSource): Promise<void> {
    if (!beginsAsXml(await content.read(0, HEAD_BYTES))) return;
    if (name === CONTENT_TYPES) await this.#contentTypes(content);
    else if (name.endsWith('.rels')) await this.#relationships(name, content);
    else await this.#part(content);
  }

  /** Parts may be declared behind those that they declare: this is known at the end. */
  active(): ReadonlySet<ActiveContent> {
    if ([...this.#names].some((name) => EMBEDDED.test(this.#typeOf(name)))) this.#found.add('office-ole-package');
    if ([...this.#chunks].some((name) => !PLAIN_CHUNK.test(this.#typeOf(name)))) this.#found.add('office-html-chunk');
    return this.#found;
  }

  #typeOf(name: string): string {
    return this.#byPart.get(name) ?? this.#byExtension.get(name.slice(name.lastIndexOf('.') + 1)) ?? '';
  }

  async #contentTypes(content: ByteSource): Promise<void> {
    const open = (element: string, attributes: (name: string) => readonly string[]) => {
      const type = (attributes('ContentType')[0] ?? '').toLowerCase();
      for (const extension of attributes('Extension')) this.#byExtension.set(extension.toLowerCase(), type);
      if (element !== 'Override') return;
      for (const part of attributes('PartName')) this.#byPart.set(targetOf('', part), type);
    };
    await readXml(content, { open }, this.#takeTurn);
  }

  async #relationships(name: string, content: ByteSource): Promise<void> {
    const open = (element: string, attributes: (name: string) => readonly string[]) => {
      if (element !== 'Relationship') return;
      const relationship = relationshipOf(attributes);
      const fetched = fetchedBy(relationship);
      if (fetched !== null) this.#found.add(fetched);
      if (relationship.external) return;
      const target = targetOf(name, relationship.target);
      if (relationship.kind === 'afchunk') this.#chunks.add(target);
      if (relationship.kind === 'oleobject' && this.#names.has(target)) this.#found.add('office-ole-package');
    };
    await readXml(content, { open }, this.#takeTurn);
  }

  async #part(content: ByteSource): Promise<void> {
    if (!(await mayHoldFields(content, this.#takeTurn))) return;
    const fields = new WordFields();
    const handler = {
      open: (name: string, attributes: (name: string) => readonly string[]) => {
        if (name === DDE_LINK) this.#found.add('office-dde');
        fields.open(name, attributes);
      },
      text: (text: string) => fields.text(text),
      close: (name: string) => fields.close(name),
    };
    await readXml(content, handler, this.#takeTurn);
    if (fields.hasDde) this.#found.add('office-dde');
  }
}
