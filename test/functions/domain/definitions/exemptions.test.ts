import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  exemptContents,
  ignoredSignatures,
  readExemptions,
  SignatureName,
  writeExemptions,
} from '../../../../functions/domain/definitions/exemptions.ts';

const MADE = { by: 'arn:aws:iam::000000000000:user/me', at: '2026-11-26T10:00:00.000Z', reason: 'ours' };
const content = (sha256: string, more = {}) => ({ kind: 'content' as const, sha256, ...MADE, ...more });
const signature = (name: string, more = {}) => ({ kind: 'signature' as const, name, ...MADE, ...more });
const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)];

describe('a list', () => {
  it('is read as it was written; what was removed exempts nothing and stays', () => {
    const exemptions = [
      content(ONE),
      content(TWO, { removed: MADE }),
      signature('A.B-1'),
      signature('C', { removed: MADE }),
    ];
    const list = readExemptions(writeExemptions(exemptions));
    expect(list).toEqual({ exemptions, faults: [] });
    expect(exemptContents(list).map(({ sha256 }) => sha256)).toEqual([ONE]);
    expect(ignoredSignatures(list)).toEqual(['A.B-1']);
  });

  it('names each signature once, though it was ignored twice', () => {
    const list = readExemptions(writeExemptions([signature('B'), signature('A'), signature('B')]));
    expect(ignoredSignatures(list)).toEqual(['A', 'B']);
  });

  it.each([
    '',
    'not JSON',
    'null',
    '[]',
    '{}',
    '{ "exemptions": {} }',
    '{ "exemptions": [',
    JSON.stringify([content(ONE)]),
  ])('that is broken exempts nothing and says so: %j', (text) => {
    expect(readExemptions(text)).toEqual({ exemptions: [], faults: [expect.stringContaining('own/exemptions.json')] });
  });

  it.each([
    ['no SHA-256', content('abc')],
    ['a SHA-256 in capitals', content('A'.repeat(64))],
    ['a SHA-256 with more', content(`${ONE}\n${TWO}`)],
    ['nobody who decided it', content(ONE, { by: '' })],
    ['no reason', content(ONE, { reason: undefined })],
    ['no time', content(ONE, { at: 'yesterday' })],
    ['a removal that is broken', content(ONE, { removed: true })],
    ['another kind', { ...content(ONE), kind: 'everything' }],
    ['a name of several lines', signature('A\nB')],
    ['a name with a hash', signature('A:0123')],
    ['a comment', signature('#A')],
    ['no name', signature('')],
    ['a limit', signature('Heuristics.Limits.Exceeded.Unsupported.rar')],
    ['nothing', null],
  ])('without an entry that has %s still has the others', (_, entry) => {
    const { exemptions, faults } = readExemptions(
      JSON.stringify({ exemptions: [content(ONE), entry, signature('X')] }),
    );
    expect(exemptions).toEqual([content(ONE), signature('X')]);
    expect(faults).toEqual([expect.stringContaining('exemption 2')]);
  });

  it('exempts nothing but what an entry names, whatever else is in the file', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.constant(JSON.stringify(content(ONE))))), (entries) => {
        const list = readExemptions(`{ "exemptions": [${entries.join(',')}] }`);
        expect(exemptContents(list).every(({ sha256 }) => sha256 === ONE)).toBe(true);
        expect(ignoredSignatures(list)).toEqual([]);
      }),
    );
  });
});

it.each(['Win.Test.EICAR_HDB-1', 'YARA.rule_1', '{HEX}php.malware.1', 'Pdf.Exploit.CVE_2018_4882-6449963-0'])(
  '%s is the name of a signature',
  (name) => {
    expect(SignatureName.parse(name)).toBe(name);
  },
);
