/** The used part of the `whatwg-mimetype` package, which has no types. */
declare module 'whatwg-mimetype' {
  export class MIMEType {
    /** @see https://mimesniff.spec.whatwg.org/#parsing-a-mime-type */
    static parse(text: string): MIMEType | null;
    /** Lower case. */
    readonly type: string;
    readonly essence: string;
    readonly parameters: { get(name: string): string | undefined };
    isHTML(): boolean;
    isXML(): boolean;
    isJavaScript(): boolean;
  }

  /** What browsers take content for that has no type. @see https://mimesniff.spec.whatwg.org/#determining-the-computed-mime-type-of-a-resource */
  export function computedMIMEType(resource: Uint8Array): MIMEType;
}
