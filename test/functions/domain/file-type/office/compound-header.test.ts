import { describe, expect, it } from '@jest/globals';
import { parseCompoundHeader } from '../../../../../functions/domain/file-type/office/compound-header.ts';
import { compoundFile } from '../../../../support/file-types/compound-writer.ts';

const head = (version: 3 | 4 = 3) => compoundFile([{ path: ['a'], content: Buffer.alloc(5000) }], { version });

describe('the header of a compound file', () => {
  it.each([
    [3, 512],
    [4, 4096],
  ] as const)('of version %i has sectors of %i bytes', (version, sectorLength) => {
    expect(parseCompoundHeader(head(version))).toMatchObject({ sectorLength, difat: 0xfffffffe });
    expect(parseCompoundHeader(head(version))?.fat).toHaveLength(109);
  });

  it('is read from where the bytes are, not from where their buffer begins', () => {
    const shifted = Buffer.concat([Buffer.alloc(8, 0xff), head()]).subarray(8);
    expect(parseCompoundHeader(shifted)).toEqual(parseCompoundHeader(head()));
  });

  it.each([
    ['another magic number', 7, 0],
    ['an unknown version', 0x1a, 5],
    ['the sectors of the other version', 0x1e, 12],
    ['an unknown byte order', 0x1c, 0],
    ['small sectors of another length', 0x20, 7],
    ['another limit for small streams', 0x38, 1],
  ])('is refused with %s', (_, at, value) => {
    const bytes = head();
    bytes[at] = value;
    expect(parseCompoundHeader(bytes)).toBeNull();
  });

  it('is refused when it is cut', () => {
    expect(parseCompoundHeader(head().subarray(0, 512))).not.toBeNull();
    expect(parseCompoundHeader(head().subarray(0, 511))).toBeNull();
    expect(parseCompoundHeader(Buffer.alloc(0))).toBeNull();
  });
});
