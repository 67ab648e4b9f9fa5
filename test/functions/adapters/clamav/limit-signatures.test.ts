import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { writeLimitSignatures } from '../../../../functions/adapters/clamav/limit-signatures.ts';

const folder = mkdtempSync(join(tmpdir(), 'limit-signatures-'));
afterAll(() => rmSync(folder, { recursive: true }));

/* That clamd takes them and what they find: warm-engine.test.ts. */
describe('writeLimitSignatures', () => {
  it('draws the line right above the limit', () => {
    writeLimitSignatures(folder, 1000);
    expect(readFileSync(join(folder, 'airlock-limits.cdb'), 'utf8')).toBe(
      'Heuristics.Limits.Exceeded.ZipMemberSize:CL_TYPE_ZIP:*:*:*:1001-4294967295:*:*:*:*\n',
    );
  });

  it.each([
    [true, false],
    [false, true],
  ])('with a plug-in for RAR: %s, reports RAR archives: %s', (plugIn, reported) => {
    writeLimitSignatures(folder, 1000, plugIn);
    expect(readFileSync(join(folder, 'airlock-limits.ndb'), 'utf8').includes('Exceeded.Rar:0:0:526172211a07\n')).toBe(
      reported,
    );
  });
});
