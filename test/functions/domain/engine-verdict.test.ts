import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { engineVerdict } from '../../../functions/domain/engine-verdict.ts';

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
const reply = (infected: boolean, signatures: readonly string[]) => ({ infected, signatures, definitions: '1' });

describe('engineVerdict', () => {
  it('is CLEAN only when the engine says so', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(fc.oneof(limit, encrypted, malware)), (infected, signatures) => {
        expect(engineVerdict(reply(infected, signatures)).status === 'CLEAN').toBe(!infected);
      }),
    );
  });

  it('is INFECTED when a real signature stands anywhere among the others, and names the first', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(limit, encrypted)), malware, fc.array(malware), (reasons, name, more) => {
        const expected = { status: 'INFECTED', finding: name };
        expect(engineVerdict(reply(true, [...reasons, name, ...more]))).toEqual(expected);
      }),
    );
  });

  it('is UNSCANNABLE when there are only reasons not to have looked, limits before encryption', () => {
    fc.assert(
      fc.property(fc.array(encrypted), fc.array(limit), fc.boolean(), (locked, over, limitsFirst) => {
        fc.pre(locked.length + over.length > 0);
        const signatures = limitsFirst ? [...over, ...locked] : [...locked, ...over];
        const finding = over.length > 0 ? 'limits-exceeded' : 'encrypted';
        expect(engineVerdict(reply(true, signatures))).toEqual({ status: 'UNSCANNABLE', finding });
      }),
    );
  });

  it('is INFECTED when the engine names nothing', () => {
    expect(engineVerdict(reply(true, []))).toEqual({ status: 'INFECTED', finding: 'unnamed' });
  });
});
