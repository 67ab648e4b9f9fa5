import { expect, it } from '@jest/globals';
import { engineVerdict } from '../../../functions/domain/engine-verdict.ts';

const ENCRYPTED = { finding: 'encrypted', format: null };
const TOO_MANY = { finding: 'limits-exceeded:files', format: null };

it.each([
  [{ infected: false, signatures: [], unscanned: [] }, 'CLEAN', null],
  [{ infected: true, signatures: ['Evil', 'Worse'], unscanned: [ENCRYPTED] }, 'INFECTED', 'Evil'],
  [{ infected: true, signatures: [], unscanned: [] }, 'INFECTED', 'unnamed'],
  [{ infected: false, signatures: [], unscanned: [TOO_MANY, ENCRYPTED] }, 'UNSCANNABLE', 'limits-exceeded:files'],
  [{ infected: false, signatures: [], unscanned: [ENCRYPTED] }, 'UNSCANNABLE', 'encrypted'],
] as const)('makes of %j the verdict %s %s', (reply, status, finding) => {
  expect(engineVerdict(reply)).toEqual({ status, finding });
});
