import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { InvalidInput } from '../../../functions/domain/errors.ts';
import { parseInput } from '../../../functions/domain/parse-input.ts';

const Input = z.strictObject({
  bucket: z.string().min(1),
  object: z.object({ size: z.int().nonnegative() }),
  status: z.enum(['CLEAN', 'INFECTED']),
});
const GOOD = { bucket: 'uploads', object: { size: 1 }, status: 'CLEAN' };

function faultOf(payload: unknown): Error {
  try {
    parseInput(Input, payload);
  } catch (fault) {
    return fault as Error;
  }
  throw new Error('nothing was thrown');
}

describe('parseInput', () => {
  it('gives back what fits, without what an open part of the schema does not name', () => {
    expect(parseInput(Input, { ...GOOD, object: { size: 1, sequencer: '0' } })).toEqual(GOOD);
  });

  it.each([
    [{ ...GOOD, bucket: 7 }, ['bucket', '7']],
    [{ ...GOOD, bucket: '' }, ['bucket', '""']],
    [{ ...GOOD, object: { size: -1 } }, ['object.size', '-1']],
    [{ ...GOOD, object: { size: '12' } }, ['object.size', '"12"']],
    [{ ...GOOD, status: 'clean' }, ['status', '"clean"', 'CLEAN']],
    [{ ...GOOD, extra: 'surplus' }, ['extra', '"surplus"']],
    [{ ...GOOD, bucket: 7, status: 'clean' }, ['bucket', '7', 'status', '"clean"']],
    [{ object: { size: 1 }, status: 'CLEAN' }, ['bucket', 'missing']],
    [null, ['null']],
    ['text', ['"text"']],
    [undefined, ['missing']],
  ])('calls %j InvalidInput, naming %j', (payload, named) => {
    const fault = faultOf(payload);
    expect(fault).toBeInstanceOf(InvalidInput);
    for (const part of named) expect(fault.message).toContain(part);
  });

  it('quotes no more of a long value than helps', () => {
    expect(faultOf({ ...GOOD, status: 'x'.repeat(5000) }).message.length).toBeLessThan(400);
  });
});
