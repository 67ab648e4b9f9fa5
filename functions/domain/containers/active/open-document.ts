import type { ActiveContent } from '../../active-content.ts';
import type { ByteSource } from '../byte-source.ts';
import type { DocumentReader } from './document-reader.ts';
import { type Attributes, readXml, wordSearch } from './xml.ts';

/** Of the document and of its sub-documents, each in a folder of its own. */
const PART = /(?:^|\/)(?:content|styles)\.xml$/;
/** An element or an attribute without which nothing is bound to an event. */
const mayBind = wordSearch(['event-listener', 'macro-name', '<!ENTITY']);
const LISTENERS = new Set(['event-listener', 'event']);
const SCRIPT_URL = /^(?:vnd\.sun\.star\.script|macro|vnd\.sun\.star\.expand|service|javascript):/i;
/** Of a listener in a presentation, in which most only turn a page or play a sound. */
const PROGRAM_ACTIONS = new Set(['execute', 'macro']);

/** OpenDocument. @see https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part3-schema/ (14.4: event listeners) */
export class OpenDocument implements DocumentReader {
  readonly #takeTurn: () => Promise<void>;
  readonly #found = new Set<ActiveContent>();

  constructor(takeTurn: () => Promise<void>) {
    this.#takeTurn = takeTurn;
  }

  async read(name: string, content: ByteSource): Promise<void> {
    if (!PART.test(name) || !(await mayBind(content, this.#takeTurn))) return;
    const find = () => this.#found.add('odf-event-script');
    const open = (element: string, attributes: Attributes) => {
      if (LISTENERS.has(element) && bindsScript(attributes)) find();
    };
    // Entities hide what their document does, and no writer uses any.
    await readXml(content, { open, entities: find }, this.#takeTurn);
  }

  active(): ReadonlySet<ActiveContent> {
    return this.#found;
  }
}

function bindsScript(attributes: Attributes): boolean {
  const says = (name: string, test: (value: string) => boolean) => attributes(name).some(test);
  return (
    says('href', (url) => SCRIPT_URL.test(url)) ||
    says('macro-name', (name) => name !== '') ||
    says('action', (action) => PROGRAM_ACTIONS.has(action))
  );
}
