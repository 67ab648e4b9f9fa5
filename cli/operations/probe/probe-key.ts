import { z } from 'zod';
import { isAllowed } from '../../../functions/domain/file-type/types/allowlist.ts';
import { PROBE_FILES, type ProbeFile } from './probe-files.ts';

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
          ]),
        ),
      })
      .optional(),
    reason: z.array(z.string()).optional(),
  }),
});
export type UploadPattern = z.infer<typeof UploadPattern>;

/** What to upload, and under which key. */
export interface ProbePlan {
  readonly file: ProbeFile;
  readonly keyOf: (name: string) => string;
}

/** The reason in the event of an upload in one request. */
const PUT = 'PutObject';

/** @returns undefined with why, when the rule lets nothing through that the probe could be */
export function planProbe(
  { detail: { object, reason } }: UploadPattern,
  allowedTypes: readonly string[],
): ProbePlan | { readonly impossible: string } {
  if (reason !== undefined && !reason.includes(PUT)) {
    return { impossible: `its rule lets only uploads by ${reason.join(', ')} through` };
  }
  const files = PROBE_FILES.filter(({ mediaType }) => isAllowed(mediaType, allowedTypes));
  if (files.length === 0) {
    return { impossible: `it allows none of ${PROBE_FILES.map(({ mediaType }) => mediaType).join(', ')}` };
  }
  const places = object?.key.map(placeOf) ?? [{ prefix: '', suffix: '' }];
  for (const { prefix, suffix } of places) {
    const file = files.find(({ extension }) => suffix === '' || suffix.toLowerCase().endsWith(`.${extension}`));
    if (file === undefined) continue;
    return { file, keyOf: (name) => `${prefix}${name}${suffix === '' ? `.${file.extension}` : suffix}` };
  }
  return {
    impossible: `its rule lets no key through that ends in ${files.map((file) => `.${file.extension}`).join(', ')}`,
  };
}

interface Place {
  readonly prefix: string;
  readonly suffix: string;
}

function placeOf(matcher: NonNullable<UploadPattern['detail']['object']>['key'][number]): Place {
  if ('prefix' in matcher) return { prefix: matcher.prefix, suffix: '' };
  if ('suffix' in matcher) return { prefix: '', suffix: matcher.suffix };
  // A backslash escapes `*` and itself.
  const [prefix = '', suffix = ''] = matcher.wildcard.split(/(?<=^(?:\\.|[^\\*])*)\*/s, 2);
  const literal = (text: string) => text.replace(/\\([\\*])/g, '$1');
  return { prefix: literal(prefix), suffix: literal(suffix) };
}
