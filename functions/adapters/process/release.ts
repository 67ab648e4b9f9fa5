/**
 * Gives the memory of bytes back at once. V8 finds it only by a collection, and starts one every few megabytes of bytes
 * that arrive. Nobody may use the bytes any more, least of all a thread of Node's own (a stream of zlib, a write to a
 * file): it would read memory that is no longer theirs.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  // A part of something larger, as Node's pool gives small ones, belongs to others too.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
