/**
 * Up to this size, bytes, a file is read, written and removed at once, in microseconds: Node's threads would take longer.
 * A larger one would hold everybody else up.
 */
export const SMALL_FILE_BYTES = 1024 * 1024;
