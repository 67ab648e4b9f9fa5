import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { engineReply } from '../../../../functions/adapters/clamav/engine-reply.ts';

const limit = fc.constantFrom(
  'Heuristics.Limits.Exceeded.MaxScanSize',
  'Heuristics.Limits.Exceeded.MaxFiles',
  'Heuristics.Limits.Exceeded.ZipMethod.UNOFFICIAL',
);
const encrypted = fc.constantFrom('Heuristics.Encrypted.Zip', 'Heuristics.Encrypted.PDF', 'Heuristics.Encrypted.7Zip');
const malware = fc.oneof(
  fc.constantFrom('Win.Test.EICAR_HDB-1', 'Heuristics.Phishing.Email.SpoofedDomain', 'Heuristics.OLE2.ContainsMacros'),
  fc.string({ minLength: 1 }).filter((name) => !/^Heuristics\.(Limits|Encrypted)/.test(name)),
);
const found = (...names: string[]) => engineReply({ found: true, names });

describe('engineReply', () => {
  it('keeps the signatures in their order, whatever reasons stand among them', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(limit, encrypted)), fc.array(malware, { minLength: 1 }), (reasons, names) => {
        const [first = '', ...more] = names;
        expect(found(...reasons, first, ...reasons, ...more)).toMatchObject({ infected: true, signatures: names });
      }),
    );
  });

  it('is not infected when there are only reasons, limits before encryption', () => {
    fc.assert(
      fc.property(fc.array(encrypted), fc.array(limit), fc.boolean(), (locked, over, limitsFirst) => {
        fc.pre(locked.length + over.length > 0);
        const names = limitsFirst ? [...over, ...locked] : [...locked, ...over];
        const { infected, signatures, unscanned } = found(...names);
        expect({ infected, signatures, reasons: unscanned.length }).toEqual({
          infected: false,
          signatures: [],
          reasons: names.length,
        });
        expect(unscanned.slice(over.length).every(({ finding }) => finding === 'encrypted')).toBe(true);
      }),
    );
  });

  it.each([
    ['Heuristics.Limits.Exceeded.MaxFileSize', 'limits-exceeded:size', null],
    ['Heuristics.Limits.Exceeded.MaxFileSize.zip-size.UNOFFICIAL', 'limits-exceeded:size', 'zip-size'],
    ['Heuristics.Limits.Exceeded.MaxScanSize', 'limits-exceeded:size', null],
    ['Heuristics.Limits.Exceeded.MaxFiles', 'limits-exceeded:files', null],
    ['Heuristics.Limits.Exceeded.MaxRecursion', 'limits-exceeded:depth', null],
    ['Heuristics.Limits.Exceeded.MaxScanTime', 'limits-exceeded:time', null],
    ['Heuristics.Limits.Exceeded.EmailLineFoldcnt', 'limits-exceeded:EmailLineFoldcnt', null],
    ['Heuristics.Limits.Exceeded', 'limits-exceeded:engine', null],
    ['Heuristics.Limits.Exceeded.Unsupported.rar.UNOFFICIAL', 'unsupported-format:rar', 'rar'],
    ['Heuristics.Encrypted.PDF', 'encrypted', 'pdf'],
  ])('reports %s as %s', (name, finding, format) => {
    expect(found(name)).toEqual({ infected: false, signatures: [], unscanned: [{ finding, format }] });
  });

  it('is infected when clamd names nothing, and clean when it found nothing', () => {
    expect(found()).toEqual({ infected: true, signatures: [], unscanned: [] });
    expect(engineReply({ found: false, names: [] })).toEqual({ infected: false, signatures: [], unscanned: [] });
  });
});
