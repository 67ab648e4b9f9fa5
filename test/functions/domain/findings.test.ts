import { expect, it } from '@jest/globals';
import { EXPLANATIONS, explanationOf, FINDINGS } from '../../../functions/domain/findings.ts';
import { sanitizeTagValue } from '../../../functions/domain/tags.ts';

it('each finding has its own explanation', () => {
  for (const [name, finding] of Object.entries(FINDINGS)) {
    const row = EXPLANATIONS[name as keyof typeof FINDINGS];
    const said =
      typeof finding === 'string' ? finding : (finding as (...parts: string[]) => string)('application/x', 'y');
    expect({ said, row: explanationOf(row.status, said) }).toEqual({ said, row });
  }
});

it('a finding that was read from a tag has the same explanation', () => {
  for (const [name, finding] of Object.entries(FINDINGS)) {
    const row = EXPLANATIONS[name as keyof typeof FINDINGS];
    const said =
      typeof finding === 'string' ? finding : (finding as (...parts: string[]) => string)('application/x', 'y');
    expect({ said, row: explanationOf(row.status, sanitizeTagValue(said)) }).toEqual({ said, row });
  }
});

it('signatures and errors have one each, whatever their names; CLEAN has none', () => {
  expect(explanationOf('INFECTED', 'type:x')).toBe(EXPLANATIONS.signature);
  expect(explanationOf('INFECTED', 'unnamed')).toBe(EXPLANATIONS.unnamed);
  expect(explanationOf('ERROR', 'EngineUnavailable')).toBe(EXPLANATIONS.error);
  expect(explanationOf('CLEAN', null)).toBeNull();
  expect(explanationOf('REJECTED', 'something new')).toBeNull();
});

it('every row says what its owner can do', () => {
  for (const { meaning, remedy } of Object.values(EXPLANATIONS)) {
    expect(meaning).toMatch(/\.$|`$/);
    expect(remedy.length).toBeGreaterThan(10);
  }
});
