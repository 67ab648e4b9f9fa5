import type { ActiveContent } from '../../active-content.ts';
import type { ByteSource } from '../byte-source.ts';

/** Looks at the parts of a document, which is a zip, one after another. */
export interface DocumentReader {
  /** @param name in lower case, with slashes */
  read(name: string, content: ByteSource): Promise<void>;
  /** What is active in it, once all parts are read. */
  active(): ReadonlySet<ActiveContent>;
}
