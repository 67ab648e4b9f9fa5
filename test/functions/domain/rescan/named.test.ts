import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  afterApplyingNamed,
  isNamed,
  type NamedObject,
  NOBODY,
  namesIn,
  withNames,
} from '../../../../functions/domain/rescan/named.ts';
import type { Applied } from '../../../../functions/domain/rescan/totals.ts';

const applied = (problem: Applied['problem']): Applied => ({ problem, infected: true, size: 1 });

describe('the objects of a batch that are named', () => {
  it.each<[string, NamedObject, boolean]>([
    ['failed', { key: 'a', error: 'AccessDenied', cause: '' }, true],
    ['infected as before', { key: 'a', status: 'INFECTED', finding: 'X' }, true],
    ['infected now', { key: 'a', status: 'INFECTED', finding: 'X', was: 'CLEAN' }, true],
    ['no more infected', { key: 'a', status: 'CLEAN', finding: null, was: 'INFECTED' }, true],
    ['refused at first sight', { key: 'a', status: 'REJECTED', finding: 'type:x', was: null }, true],
    ['clean at first sight', { key: 'a', status: 'CLEAN', finding: null, was: null }, false],
    ['clean as before', { key: 'a', status: 'CLEAN', finding: null }, false],
    ['refused as before', { key: 'a', status: 'REJECTED', finding: 'type:x' }, false],
  ])('%s', (_, object, named) => {
    expect(isNamed(object)).toBe(named);
  });

  it('fit a state, those that matter first, and the others are counted', () => {
    const object = fc.record({
      key: fc.string({ unit: 'binary', minLength: 1, maxLength: 1024 }),
      ...{ status: fc.constantFrom('INFECTED' as const, 'CLEAN' as const), was: fc.constant('REJECTED') },
    });
    const failed = fc.record({
      key: fc.string({ minLength: 1 }),
      error: fc.string(),
      cause: fc.string({ maxLength: 5000 }),
    });
    const some = fc.array(fc.oneof(object, failed), { maxLength: 200 });
    fc.assert(
      fc.property(some, some, (first, second) => {
        const { objects, more } = withNames(withNames(NOBODY, first), second);
        expect(objects.length + more).toBe(first.length + second.length);
        expect(Buffer.byteLength(JSON.stringify(objects))).toBeLessThan(26_000);
        const ranks = objects.map(({ error, status }) => error === undefined && status !== 'INFECTED');
        expect(ranks).toEqual([...ranks].sort());
      }),
      { numRuns: 50 },
    );
  });

  it('fit a state also where a letter has three bytes, which are what Step Functions counts', () => {
    const failed = Array.from({ length: 400 }, (_, n) => ({ key: `${'文'.repeat(330)}${n}`, error: 'AccessDenied' }));
    const { objects, more } = withNames(NOBODY, failed);
    expect(Buffer.byteLength(JSON.stringify(objects))).toBeLessThan(26_000);
    expect([objects.length > 10, objects.length + more]).toEqual([true, 400]);
  });

  it('have what became of their verdicts; what is gone or replaced has no name any more', () => {
    const objects = ['a', 'b', 'c', 'd'].map((key, change) => ({
      key,
      status: 'INFECTED' as const,
      was: null,
      change,
    }));
    const unchanged: NamedObject = { key: 'e', status: 'INFECTED' };
    const results = ([null, 'not-tagged', 'gone', 'replaced'] as const).map(applied);
    const clean = { ...applied('not-notified'), object: { key: 'f', 'version-id': 'v', size: 1 } };
    expect(afterApplyingNamed({ objects: [...objects, unchanged], more: 2 }, [...results, clean])).toEqual({
      objects: [
        { key: 'a', status: 'INFECTED', was: null },
        { key: 'b', status: 'INFECTED', was: null, problem: 'not-tagged' },
        unchanged,
        { key: 'f', versionId: 'v', problem: 'not-notified' },
      ],
      more: 2,
    });
  });
});

describe('a line of the results', () => {
  const totals = { gbSeconds: 1 };

  it('of a batch that ended has names, unless an earlier version wrote it', () => {
    const named = { objects: [{ key: 'a', status: 'INFECTED', was: null, change: 0 }], more: 1 };
    expect(namesIn('SUCCEEDED', { totals, applied: [applied('not-removed')], named })).toEqual({
      objects: [{ key: 'a', status: 'INFECTED', was: null, problem: 'not-removed' }],
      more: 1,
    });
    expect(namesIn('SUCCEEDED', { totals, applied: [] })).toEqual(NOBODY);
  });

  it('of a batch that failed has every object; of one that never started, none', () => {
    const line = { Input: '{"Items":[{"Key":"a"},{"Key":"b"}]}', Error: 'EngineUnavailable', Cause: 'c'.repeat(500) };
    const cause = 'c'.repeat(200);
    expect(namesIn('FAILED', line).objects).toEqual(
      ['a', 'b'].map((key) => ({ key, error: 'EngineUnavailable', cause })),
    );
    expect(namesIn('PENDING', line)).toEqual(NOBODY);
  });
});
