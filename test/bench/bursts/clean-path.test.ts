import { describe, expect, it } from '@jest/globals';
import { cleanPath } from './clean-path.ts';

/** A machine that ends in Yes where the rule holds, in No where it does not. */
const decides = (rule: object) => ({
  StartAt: 'Ask',
  States: {
    Ask: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
    Yes: { Type: 'Succeed' },
    No: { Type: 'Succeed' },
  },
});

describe('cleanPath', () => {
  it.each<[object, string]>([
    [{ Variable: '$.size', NumericGreaterThan: 6 }, 'Yes'],
    [{ Variable: '$.size', NumericGreaterThan: 7 }, 'No'],
    [{ Variable: '$.size', NumericGreaterThanEquals: 7 }, 'Yes'],
    [{ Variable: '$.size', NumericLessThanPath: '$.policy.max' }, 'Yes'],
    [{ Variable: '$.size', StringEquals: '7' }, 'No'],
    [{ Variable: '$.policy.action', StringEquals: 'tag' }, 'Yes'],
    [{ Variable: '$.gone.away', IsPresent: true }, 'No'],
    [{ Variable: '$.nothing', IsNull: true }, 'Yes'],
    [{ Variable: '$.size', IsNumeric: true }, 'Yes'],
    [{ Variable: '$.size', IsString: true }, 'No'],
    [{ Not: { Variable: '$.size', IsString: true } }, 'Yes'],
    [
      {
        And: [
          { Variable: '$.size', IsNumeric: true },
          { Variable: '$.gone', IsPresent: true },
        ],
      },
      'No',
    ],
    [
      {
        Or: [
          { Variable: '$.size', IsNumeric: true },
          { Variable: '$.gone', IsPresent: true },
        ],
      },
      'Yes',
    ],
  ])('%j: %s', (rule, end) => {
    const data = { size: 7, nothing: null, policy: { max: 10, action: 'tag' } };
    expect(cleanPath(decides(rule), data)).toEqual(['Ask', end]);
  });

  it('refuses a comparison that it does not know', () => {
    expect(() => cleanPath(decides({ Variable: '$.a', StringMatches: '*' }), { a: 'b' })).toThrow('StringMatches');
  });

  it('refuses a path that fails, goes round or leads nowhere', () => {
    const task = (Next: string) => ({ Type: 'Task', Next });
    expect(() => cleanPath({ StartAt: 'A', States: { A: task('B'), B: { Type: 'Fail' } } }, {})).toThrow('ends in B');
    expect(() => cleanPath({ StartAt: 'A', States: { A: task('B'), B: task('A') } }, {})).toThrow('leads to A');
    expect(() => cleanPath({ StartAt: 'A', States: { A: task('B') } }, {})).toThrow('leads to B');
    expect(() => cleanPath({ StartAt: 'A', States: { A: { Type: 'Choice' } } }, {})).toThrow('no choice of A');
  });
});
