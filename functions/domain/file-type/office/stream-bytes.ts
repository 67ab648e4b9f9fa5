/** A stream inside a file, read where it is needed. */
export interface StreamBytes {
  /** Bytes. */
  readonly size: number;
  /** `length` bytes from `offset`, fewer at its end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** What the main stream of a document of Office up to 2003 says about it. */
export interface OfficeFacts {
  readonly macros: boolean;
  readonly encrypted: boolean;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
