import { z } from 'zod';
import type { KeyFilters } from './rescan/strategy.ts';

/** The parts of an upload rule's pattern that decide what it lets through: infra/constructs/state-machines/upload-rule.ts. */
export const UploadPattern = z.looseObject({
  detail: z.looseObject({
    object: z
      .looseObject({
        key: z.array(
          z.union([
            z.strictObject({ prefix: z.string() }),
            z.strictObject({ suffix: z.string() }),
            z.strictObject({ wildcard: z.string() }),
            z.strictObject({ 'anything-but': z.strictObject({ prefix: z.array(z.string()) }) }),
          ]),
        ),
      })
      .optional(),
    reason: z.array(z.string()).optional(),
  }),
});
export type UploadPattern = z.infer<typeof UploadPattern>;

/** What keys begin and end with. */
export interface Place {
  readonly prefix: string;
  readonly suffix: string;
}

function placeOf(matcher: NonNullable<UploadPattern['detail']['object']>['key'][number]): Place {
  // Where trusted prefixes are left out, there are no other filters.
  if ('anything-but' in matcher) return { prefix: '', suffix: '' };
  if ('prefix' in matcher) return { prefix: matcher.prefix, suffix: '' };
  if ('suffix' in matcher) return { prefix: '', suffix: matcher.suffix };
  // A backslash escapes `*` and itself.
  const [prefix = '', suffix = ''] = matcher.wildcard.split(/(?<=^(?:\\.|[^\\*])*)\*/s, 2);
  const literal = (text: string) => text.replace(/\\([\\*])/g, '$1');
  return { prefix: literal(prefix), suffix: literal(suffix) };
}

export const placesOf = ({ detail: { object } }: UploadPattern): readonly Place[] =>
  object?.key.map(placeOf) ?? [{ prefix: '', suffix: '' }];

/** Which keys the rule lets through. @param pattern JSON @throws Error for one that is not the stack's */
export function filtersOf(pattern: string): KeyFilters {
  // The rule has each prefix with each suffix.
  const places = placesOf(UploadPattern.parse(JSON.parse(pattern)));
  const different = (texts: readonly string[]) => [...new Set(texts)].filter((text) => text !== '');
  return {
    prefixes: different(places.map(({ prefix }) => prefix)),
    suffixes: different(places.map(({ suffix }) => suffix)),
  };
}
