import { expect, it } from '@jest/globals';
import { sha256 } from '../../../../functions/adapters/process/digest.ts';

it('is that of `printf abc | sha256sum`', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
