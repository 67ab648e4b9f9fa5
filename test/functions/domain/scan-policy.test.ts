import { describe, expect, it } from '@jest/globals';
import { MAX_OBJECT_BYTES_CEILING, ScanPolicy } from '../../../functions/domain/scan-policy.ts';

const policy = { maxObjectBytes: 1, allowedTypes: ['documents', 'image/png'], onInfected: 'tag' };
const accepts = (over: object) => ScanPolicy.safeParse({ ...policy, ...over }).success;

describe('the policy of an execution', () => {
  it.each([
    {},
    { maxObjectBytes: 2_147_483_645 },
    { allowedTypes: ['*'] },
    { onInfected: 'quarantine' },
    { onInfected: 'delete' },
  ])('may say %j', (over) => expect(accepts(over)).toBe(true));

  it.each([
    { maxObjectBytes: 0 },
    { maxObjectBytes: -1 },
    { maxObjectBytes: 1.5 },
    { maxObjectBytes: MAX_OBJECT_BYTES_CEILING + 1 },
    { maxObjectBytes: '1' },
    { allowedTypes: [] },
    { allowedTypes: [''] },
    { allowedTypes: 'documents' },
    { onInfected: 'move' },
    { onInfected: undefined },
    { maxObjectSize: 1 },
  ])('may not say %j', (over) => expect(accepts(over)).toBe(false));
});
