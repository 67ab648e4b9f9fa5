import { isAllowed } from '../../../functions/domain/file-type/types/allowlist.ts';
import { placesOf, type UploadPattern } from '../../../functions/domain/upload-pattern.ts';
import { PROBE_FILES, type ProbeFile } from './probe-files.ts';

/** What to upload, and under which key. */
export interface ProbePlan {
  readonly file: ProbeFile;
  readonly keyOf: (name: string) => string;
}

/** The reason in the event of an upload in one request. */
const PUT = 'PutObject';

/** @returns undefined with why, when the rule lets nothing through that the probe could be */
export function planProbe(
  pattern: UploadPattern,
  allowedTypes: readonly string[],
): ProbePlan | { readonly impossible: string } {
  const { reason } = pattern.detail;
  if (reason !== undefined && !reason.includes(PUT)) {
    return { impossible: `its rule lets only uploads by ${reason.join(', ')} through` };
  }
  const files = PROBE_FILES.filter(({ mediaType }) => isAllowed(mediaType, allowedTypes));
  if (files.length === 0) {
    return { impossible: `it allows none of ${PROBE_FILES.map(({ mediaType }) => mediaType).join(', ')}` };
  }
  for (const { prefix, suffix } of placesOf(pattern)) {
    const file = files.find(({ extension }) => suffix === '' || suffix.toLowerCase().endsWith(`.${extension}`));
    if (file === undefined) continue;
    return { file, keyOf: (name) => `${prefix}${name}${suffix === '' ? `.${file.extension}` : suffix}` };
  }
  return {
    impossible: `its rule lets no key through that ends in ${files.map((file) => `.${file.extension}`).join(', ')}`,
  };
}
