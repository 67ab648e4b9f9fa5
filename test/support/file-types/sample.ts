/** A file as somebody uploads it. */
export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its media type by content. */
  readonly type: string;
}

export const sample = (name: string, type: string, content: string | Uint8Array): Sample => ({
  name,
  type,
  bytes: typeof content === 'string' ? Buffer.from(content) : content,
});

export const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
/** Behind a byte order mark. */
export const utf16le = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
export const utf16be = (text: string): Buffer => utf16le(text).swap16();
