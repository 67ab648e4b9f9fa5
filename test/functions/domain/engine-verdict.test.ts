import { expect, it } from '@jest/globals';
import { engineVerdict } from '../../../functions/domain/engine-verdict.ts';

it.each([
  [{ infected: false, signatures: [], unscanned: [] }, 'CLEAN', null],
  [{ infected: true, signatures: ['Evil', 'Worse'], unscanned: ['encrypted'] }, 'INFECTED', 'Evil'],
  [{ infected: true, signatures: [], unscanned: [] }, 'INFECTED', 'unnamed'],
  [{ infected: false, signatures: [], unscanned: ['limits-exceeded', 'encrypted'] }, 'UNSCANNABLE', 'limits-exceeded'],
  [{ infected: false, signatures: [], unscanned: ['encrypted'] }, 'UNSCANNABLE', 'encrypted'],
] as const)('makes of %j the verdict %s %s', (reply, status, finding) => {
  expect(engineVerdict(reply)).toEqual({ status, finding });
});
