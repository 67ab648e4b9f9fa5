import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { withoutZipConstants } from '../../../../functions/domain/containers/zip-constants.ts';

const MEMBER = Buffer.from('504b03041400000008000000215800000000000000000000000001000000', 'hex');
const CONSTANT = Buffer.from('504b0304740c488b4c2450b801000000eb74440fb742084d85c0740c488b', 'hex');
const parts = fc.array(
  fc.oneof(fc.constantFrom(MEMBER, CONSTANT, CONSTANT.subarray(0, 7)), fc.uint8Array({ maxLength: 40 })),
  { maxLength: 8 },
);

it('takes away the magic numbers of what is no member, wherever the program is cut for reading', async () => {
  await fc.assert(
    fc.asyncProperty(parts, fc.integer({ min: 1, max: 70 }), async (pieces, step) => {
      const program = Buffer.concat(pieces);
      const expected = Buffer.from(program);
      for (let at = program.indexOf('PK\x03\x04'); at >= 0; at = program.indexOf('PK\x03\x04', at + 1)) {
        // Members as above are the only ones here that carry this day.
        if (program.readUInt16LE(Math.min(at + 12, program.length - 2)) !== 0x5821) expected.fill(0, at, at + 4);
        else if (at + 30 > program.length) expected.fill(0, at, at + 4);
      }
      const masked = withoutZipConstants(memorySource(program));
      const read: Buffer[] = [];
      for (let start = 0; start < program.length; start += step) {
        read.push(await masked.read(start, Math.min(program.length, start + step)));
      }
      expect(Buffer.concat(read).toString('hex')).toBe(expected.toString('hex'));
      expect(masked.size).toBe(program.length);
    }),
  );
});
