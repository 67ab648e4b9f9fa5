import { GROUPS } from './media-types.ts';
import { canonicalType } from './type-aliases.ts';

/** Allows every type; an extension that claims another type is still refused. */
const ANY_TYPE = '*';

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/i;

/** Whether this is a valid allowlist entry: `*`, a group's name, or one media type. */
export function isAllowlistEntry(entry: string): boolean {
  return entry === ANY_TYPE || Object.hasOwn(GROUPS, entry) || MEDIA_TYPE.test(entry);
}

export function allowsEverything(allowedTypes: readonly string[]): boolean {
  return allowedTypes.includes(ANY_TYPE);
}

/** An unknown entry allows nothing. */
export function isAllowed(type: string, allowedTypes: readonly string[]): boolean {
  const wanted = canonicalType(type);
  return allowedTypes.some((entry) => {
    if (entry === ANY_TYPE) return true;
    const group = Object.hasOwn(GROUPS, entry) ? GROUPS[entry] : undefined;
    return group === undefined ? canonicalType(entry) === wanted : Object.hasOwn(group, wanted);
  });
}
