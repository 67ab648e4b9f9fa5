import { expect, it } from '@jest/globals';
import { OverflowingScan } from '../../../functions/domain/overflowing-scan.ts';

const input = { detail: {}, policy: {} };
const isName = (name: string) => OverflowingScan.safeParse({ name, input }).success;

it.each(['a', '0f3c-11_x', 'upload.2026-11-26', 'rescan+1=(2)!@', 'Größe', 'x'.repeat(80)])(
  'takes the name that Step Functions gave or accepted: %s',
  (name) => expect(isName(name)).toBe(true),
);

it.each(['', 'x'.repeat(81), 'a b', 'a\n', ...'<>{}[]?*"#%\\^|~`$&,;:/'].map((name) => [name]))(
  'refuses what Step Functions would refuse as a name: %j',
  (name) => expect(isName(name)).toBe(false),
);
