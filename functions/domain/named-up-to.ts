/** Objects by name, as many as there is room for. */
export interface NamedUpTo<T> {
  readonly objects: readonly T[];
  /** How many more there are. */
  readonly more: number;
}

/**
 * Bytes of JSON for the names in one notification. SNS takes 256 KiB with the attributes, EventBridge as much for an
 * event, and a state of Step Functions as well: there the names stand twice, beside what else the state holds.
 */
export const NAMES_BYTES = 65_536;

/** Adds one, or counts it where there is no room for it any more. */
export function named<T extends object>({ objects, more }: NamedUpTo<T>, added: T, bytes = NAMES_BYTES): NamedUpTo<T> {
  // Once one has no room, none is named: the names are those of the beginning, and not those that are short.
  if (more > 0) return { objects, more: more + 1 };
  const all = [...objects, added];
  return Buffer.byteLength(JSON.stringify(all)) > bytes ? { objects, more: 1 } : { objects: all, more };
}

/** Of those in this order, as many as have room in so many bytes of JSON, in a list; the others are counted. */
export function withRoomFor<T extends object>(
  all: readonly T[],
  bytes: number,
  before = 0,
): { objects: T[]; more: number } {
  let used = 0;
  const objects = all.filter((object) => {
    used += Buffer.byteLength(JSON.stringify(object)) + 1;
    return used <= bytes;
  });
  return { objects, more: before + all.length - objects.length };
}
