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
        const unscanned = [
          ...(over.length > 0 ? ['limits-exceeded'] : []),
          ...(locked.length > 0 ? ['encrypted'] : []),
        ];
        const names = limitsFirst ? [...over, ...locked] : [...locked, ...over];
        expect(found(...names)).toEqual({ infected: false, signatures: [], unscanned });
      }),
    );
  });

  it('is infected when clamd names nothing, and clean when it found nothing', () => {
    expect(found()).toEqual({ infected: true, signatures: [], unscanned: [] });
    expect(engineReply({ found: false, names: [] })).toEqual({ infected: false, signatures: [], unscanned: [] });
  });
});
