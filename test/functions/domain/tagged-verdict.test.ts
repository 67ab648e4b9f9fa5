import { describe, expect, it } from '@jest/globals';
import { DIALECT_NAMES, dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { taggedVerdict } from '../../../functions/domain/tagged-verdict.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { wordsOf } from '../../../functions/domain/verdict-words.ts';

const VERDICT: Verdict = {
  ...{ status: 'INFECTED', finding: 'Win.Test.EICAR_HDB-1', type: 'text/plain', definitions: '27000' },
  ...{ activeContent: [], scanTime: '2026-01-31T09:00:00.000Z' },
};

describe('a verdict read from tags', () => {
  it.each(DIALECT_NAMES)('is the one that the dialect %s wrote', (dialect) => {
    const tags = new Map([['owner', 'me'], ...dialectNamed(dialect).tags(VERDICT)]);
    const { status, scanTime } = taggedVerdict(tags, { dialect });
    expect(wordsOf({ dialect }).get('INFECTED')).toEqual(new Set([status]));
    expect([null, VERDICT.scanTime]).toContain(scanTime?.toISOString() ?? null);
    expect(taggedVerdict(new Map([['owner', 'me']]), { dialect })).toEqual({
      ...{ status: null, finding: null, scanTime: null, definitions: null },
    });
  });

  it('has finding, time and definitions where the dialect has them', () => {
    const read = (dialect: (typeof DIALECT_NAMES)[number]) =>
      taggedVerdict(new Map(dialectNamed(dialect).tags(VERDICT)), { dialect });
    const scanTime = new Date(VERDICT.scanTime);
    const { finding, definitions } = VERDICT;
    expect(read('airlock')).toEqual({ status: 'INFECTED', finding, scanTime, definitions });
    expect(read('bucket-antivirus')).toEqual({ status: 'INFECTED', finding, scanTime, definitions: null });
    expect(taggedVerdict(new Map([['scan-time', 'soon']]), { dialect: 'airlock' }).scanTime).toBeNull();
  });

  it('is under the tag that its owner chose', () => {
    const dialect = { dialect: 's3-virusscan', tagKey: 'mine' } as const;
    expect(taggedVerdict(new Map([['mine', 'no']]), dialect).status).toBe('no');
  });
});

describe('the words of a dialect', () => {
  it('can stand for several verdicts, and a verdict for several words', () => {
    const words = (dialect: (typeof DIALECT_NAMES)[number]) =>
      Object.fromEntries([...wordsOf({ dialect })].map(([status, said]) => [status, [...said].join()]));
    expect(words('s3-virusscan')).toEqual({
      ...{ CLEAN: 'clean', INFECTED: 'infected', REJECTED: 'no', UNSCANNABLE: 'no', ERROR: 'no' },
    });
    expect(words('guardduty')).toEqual({
      ...{ CLEAN: 'NO_THREATS_FOUND', INFECTED: 'THREATS_FOUND', REJECTED: 'UNSUPPORTED,ACCESS_DENIED' },
      ...{ UNSCANNABLE: 'UNSUPPORTED,ACCESS_DENIED', ERROR: 'FAILED' },
    });
  });
});
