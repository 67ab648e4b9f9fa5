import type { XmlContent } from './xml-content.ts';
import { xmlEncodings } from './xml-encoding.ts';
import { XmlInspector } from './xml-inspector.ts';
import { beginsAsXml, beginsWithXmlDeclaration } from './xml-type.ts';

/** Bytes; what a parser holds at once grows with it. */
const CHUNK = 256 * 1024;

interface Reading {
  readonly decoder: InstanceType<typeof TextDecoder>;
  readonly inspector: XmlInspector;
}

/** XML as it arrives, read in each encoding that somebody may read it in; see xmlEncodings. */
export class XmlDocument {
  readonly #declared: boolean;
  readonly #readable: boolean;
  readonly #readings: readonly Reading[];

  /** `text` is the beginning as text, `charset` that of the stored Content-Type. */
  constructor(text: string, head: Uint8Array, charset: string | null) {
    const encodings = xmlEncodings(head, charset);
    this.#declared = beginsWithXmlDeclaration(text);
    this.#readable = !encodings.includes(null);
    this.#readings = encodings
      .filter((encoding) => encoding !== null)
      .map((encoding) => ({ decoder: new TextDecoder(encoding, { fatal: true }), inspector: new XmlInspector() }));
  }

  /** Whether nothing that follows can change what was found. */
  get stopped(): boolean {
    return this.#readings.every(({ inspector }) => inspector.stopped);
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.stopped; at += CHUNK) {
      for (const reading of this.#readings) decode(reading, bytes.subarray(at, at + CHUNK));
    }
  }

  /** `complete` when all of it was written. */
  finish(complete: boolean): XmlContent {
    if (complete) for (const reading of this.#readings) decode(reading, null);
    const found = this.#readings.map(({ inspector }) => inspector.finish(complete));
    return {
      declared: this.#declared,
      readable: this.#readable,
      complete: found.every((each) => each.complete),
      wellFormed: found.every((each) => each.wellFormed),
      internalSubset: found.some((each) => each.internalSubset),
      stylesheet: found.some((each) => each.stylesheet),
      namespaces: new Set(found.flatMap((each) => [...each.namespaces])),
      elements: found[0]?.elements ?? '',
      namespace: found[0]?.namespace ?? null,
    };
  }
}

/** Null when the text does not begin as XML. */
export function openXml(text: string, head: Uint8Array, charset: string | null): XmlDocument | null {
  return beginsAsXml(text) ? new XmlDocument(text, head, charset) : null;
}

function decode({ decoder, inspector }: Reading, bytes: Uint8Array | null): void {
  if (inspector.stopped) return;
  let text: string;
  try {
    text = bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch {
    // As far as it can be decoded.
    inspector.write(new TextDecoder(decoder.encoding).decode(bytes ?? undefined).split('\ufffd', 1)[0] ?? '');
    inspector.fail();
    return;
  }
  inspector.write(text);
}
