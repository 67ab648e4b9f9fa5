import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameOf } from '../../../cli/operations/execution-name.ts';

it('names fit Step Functions and tell every two identities apart', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string(), { nil: undefined })), fc.array(fc.string()), (one, two) => {
      expect(nameOf(one)).toMatch(/^[\w-]{1,80}$/);
      expect(nameOf(one) === nameOf(two)).toBe(JSON.stringify(one.map((part) => part ?? null)) === JSON.stringify(two));
    }),
  );
});
