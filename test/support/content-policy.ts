import type { ContentPolicy } from '../../functions/domain/content-policy.ts';

/** Any type, and whatever is active in it, up to a size. */
export const upTo = (maxObjectBytes: number): ContentPolicy => ({
  maxObjectBytes,
  allowedTypes: ['*'],
  activeContent: 'allow',
});
