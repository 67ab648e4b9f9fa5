import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesPattern } from '../../../../emulator/event-bridge/event-pattern.ts';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import {
  confirms,
  passes,
  readsTagsFirst,
  STRATEGIES,
  skipByListing,
  skipByTags,
} from '../../../../functions/domain/rescan/strategy.ts';
import { mergeVerdictTags } from '../../../../functions/domain/tags.ts';
import type { Verdict } from '../../../../functions/domain/verdict.ts';
import { keyFilter } from '../../../../infra/config/key-filter.ts';
import { VERDICTS } from '../dialects/verdicts.ts';

const airlock = dialectNamed('airlock');
const clean: Verdict = {
  status: 'CLEAN',
  finding: null,
  type: 'text/plain',
  definitions: '100',
  activeContent: [],
  scanTime: '2026-11-21T00:00:00.000Z',
};
const infected: Verdict = { ...clean, status: 'INFECTED', finding: 'Eicar' };
const tagsFor = (verdict: Verdict, dialect = airlock, owners: Record<string, string> = { owner: 'me' }) =>
  mergeVerdictTags(owners, dialect.tags(verdict), dialect.tagKeys).tags;
/** As many tags of the owner's as an object may have, and every smaller number. */
const OWNERS = Array.from({ length: 11 }, (_, count) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, 'x'])),
);

describe.each(DIALECT_NAMES)('confirms, in %s', (name) => {
  const dialect = dialectNamed(name);

  it('does not look at when and with which definitions', () => {
    const later = { ...clean, scanTime: '2027-01-01T00:00:00.000Z', definitions: '101' };
    expect(confirms(tagsFor(clean, dialect), later, dialect)).toBe(true);
  });

  it('sees another status, also where an object has no verdict at all', () => {
    expect(confirms(tagsFor(clean, dialect), infected, dialect)).toBe(false);
    expect(confirms(tagsFor(infected, dialect), clean, dialect)).toBe(false);
    expect(confirms({ owner: 'me' }, clean, dialect)).toBe(false);
  });

  it.each(Object.values(VERDICTS))('never takes an object without a verdict for one of this verdict: %j', (verdict) => {
    for (const owners of OWNERS) expect([owners, confirms(owners, verdict, dialect)]).toEqual([owners, false]);
  });

  it('knows its own tags again, however little room there was for them', () => {
    for (const verdict of Object.values(VERDICTS)) {
      for (const owners of OWNERS.slice(0, 10)) {
        expect(confirms(tagsFor(verdict, dialect, owners), verdict, dialect)).toBe(true);
      }
    }
  });

  it('sees another status, however little room there was for it', () => {
    const word = (verdict: Verdict) => dialect.tags(verdict)[0]?.[1];
    for (const before of Object.values(VERDICTS)) {
      for (const after of Object.values(VERDICTS).filter((verdict) => word(verdict) !== word(before))) {
        for (const owners of OWNERS.slice(0, 10)) {
          expect(confirms(tagsFor(before, dialect, owners), after, dialect)).toBe(false);
        }
      }
    }
  });

  it('takes a status in other letters for none, since it was written by somebody else', () => {
    const { key } = dialect.statusTag;
    const [other = key] = [key.toUpperCase(), key.toLowerCase()].filter((spelling) => spelling !== key);
    for (const verdict of [clean, infected]) {
      const [[, said] = [key, '']] = dialect.tags(verdict);
      expect(confirms({ [other]: said }, verdict, dialect)).toBe(false);
      expect(confirms({ ...tagsFor(verdict, dialect), [other]: said }, verdict, dialect)).toBe(false);
    }
  });

  it('takes the verdict of another dialect for none', () => {
    for (const other of DIALECT_NAMES.filter((another) => another !== name)) {
      expect(confirms(tagsFor(infected, dialectNamed(other)), infected, dialect)).toBe(false);
    }
  });

  it('reads a finding as it can be spelled in a tag', () => {
    const odd = { ...infected, finding: 'Evil <sig>, "2"' };
    expect(confirms(tagsFor(odd, dialect), odd, dialect)).toBe(true);
  });
});

test('confirms sees another finding where the dialect says it', () => {
  expect(confirms(tagsFor(infected), { ...infected, finding: 'Other' }, airlock)).toBe(false);
});

test('confirms where an object has room for the status only', () => {
  const owners = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`tag${index}`, '']));
  const { tags } = mergeVerdictTags(owners, airlock.tags(infected), airlock.tagKeys);
  expect(tags).not.toHaveProperty('scan-finding');
  expect(confirms(tags, infected, airlock)).toBe(true);
});

test('confirms sees that there is room by now for what was left out', () => {
  const full = Object.entries(tagsFor(infected, airlock, OWNERS[9]));
  const tags = Object.fromEntries(full.filter(([key]) => key !== 'tag7' && key !== 'tag8'));
  expect(confirms(tags, infected, airlock)).toBe(false);
});

describe('skipByTags', () => {
  const skip = (strategy: 'unscanned' | 'stale', tags: Record<string, string>, definitions = '100', size = 4) =>
    skipByTags(strategy, { size }, tags, airlock, definitions);

  it('leaves with `unscanned` every object that has a verdict, ERROR too', () => {
    expect(skip('unscanned', {})).toBeNull();
    expect(skip('unscanned', { owner: 'me' })).toBeNull();
    expect(skip('unscanned', { 'scan-status': 'ERROR' })).toBe('has-verdict');
  });

  it.each([
    ['99', '100', null],
    ['100', '100', 'up-to-date'],
    ['101', '100', 'up-to-date'],
    ['100+local-aa', '100+local-bb', null],
    ['99+local-aa', '100+local-aa', null],
    ['101+local-aa', '100+local-bb', 'up-to-date'],
    ['local-aa', 'local-bb', null],
    ['local-aa', 'local-aa', 'up-to-date'],
    ['local-00000009', 'local-00000007', null],
    ['100', 'local-aa', null],
    ['local-aa', '100', null],
    ['test-aa', '100', null],
    ['100', 'test-aa', null],
    ['test-aa', 'test-aa', 'up-to-date'],
    ['test-aa', 'test-bb', null],
    ['unknown', '100', null],
  ])('tells with `stale` definitions %s from %s', (tag, current, expected) => {
    expect(skip('stale', { 'scan-status': 'CLEAN', 'scan-definitions': tag }, current)).toBe(expected);
  });

  it('skips with `stale` objects that were never scanned', () => {
    expect(skip('stale', { 'scan-status': 'REJECTED' })).toBe('up-to-date');
    expect(skip('stale', { 'scan-status': 'UNSCANNABLE' })).toBe('up-to-date');
    expect(skip('stale', { 'scan-status': 'CLEAN' }, '100', 0)).toBe('up-to-date');
    expect(skip('stale', { 'scan-status': 'CLEAN' }, '100', 1)).toBeNull();
    expect(skip('stale', {})).toBeNull();
    expect(skip('stale', {}, '100', 0)).toBeNull();
  });

  it.each(DIALECT_NAMES)('finds the verdict of its own dialect only, in its own letters: %s', (name) => {
    const dialect = dialectNamed(name);
    const { key, clean: word } = dialect.statusTag;
    const reasonFor = (tags: Record<string, string>) => skipByTags('unscanned', { size: 4 }, tags, dialect, '');
    expect(reasonFor({ [key]: word })).toBe('has-verdict');
    for (const foreign of [key.toUpperCase(), key.toLowerCase(), ...DIALECT_NAMES.map(statusKeyOf)]) {
      if (foreign !== key) expect([foreign, reasonFor({ [foreign]: word })]).toEqual([foreign, null]);
    }
  });

  it('leaves nothing with the strategies that do not go by tags', () => {
    for (const strategy of ['all', 'due'] as const) {
      const tags = { 'scan-status': 'CLEAN', 'scan-definitions': '100' };
      expect(skipByTags(strategy, { size: 4 }, tags, airlock, '100')).toBeNull();
    }
  });
});

const statusKeyOf = (name: (typeof DIALECT_NAMES)[number]) => dialectNamed(name).statusTag.key;

test('only `unscanned` and `stale` read the tags of every object', () => {
  const answers = Object.fromEntries(STRATEGIES.map((strategy) => [strategy, readsTagsFirst(strategy)]));
  expect(answers).toEqual({ all: false, unscanned: true, due: false, stale: true });
});

describe('skipByListing', () => {
  const DAY = 86_400_000;
  const window = { from: 2 * DAY, to: 3 * DAY };
  const listed = { key: 'in/a.pdf', lastModified: 0, size: 1, storageClass: 'STANDARD' };
  const reasonFor = (strategy: (typeof STRATEGIES)[number], over: object = {}, suffix = '.pdf') =>
    skipByListing(strategy, { ...listed, ...over }, window, { prefixes: ['in/'], suffixes: [suffix] });

  it.each(STRATEGIES)('with %s leaves keys whose uploads are not scanned', (strategy) => {
    expect(reasonFor(strategy)).toBeNull();
    expect(reasonFor(strategy, {}, '.txt')).toBe('filtered');
    expect(reasonFor(strategy, { key: 'out/a.pdf', storageClass: 'GLACIER' })).toBe('filtered');
  });

  it.each(STRATEGIES)('with %s goes by age if it is `due`, and by nothing else', (strategy) => {
    // One day old when the window begins, two when it ends: between two age steps.
    const young = { lastModified: DAY };
    expect(reasonFor(strategy, young)).toBe(strategy === 'due' ? 'not-due' : null);
    expect(reasonFor(strategy, { ...young, storageClass: 'GLACIER' })).toBe(
      strategy === 'due' ? 'not-due' : 'archived',
    );
  });
});

test('passes a key that fits one prefix and one suffix, which do not overlap in it', () => {
  const filters = { prefixes: ['in/.', 'out/'], suffixes: ['.pdf', '.txt'] };
  const keys = ['in/..pdf', 'out/a.txt', 'in/.pdf', 'in/.png', 'on/a.txt'];
  expect(keys.map((key) => passes(key, filters))).toEqual([true, true, false, false, false]);
});

test('skipByListing reads nothing that is archived', () => {
  const everything = { prefixes: [], suffixes: [] };
  const skip = (storageClass: string) =>
    skipByListing('all', { key: 'k', lastModified: 0, size: 1, storageClass }, { from: 0, to: 1 }, everything);
  expect(['STANDARD', 'STANDARD_IA', 'GLACIER_IR', 'INTELLIGENT_TIERING'].map(skip)).toEqual([null, null, null, null]);
  expect(['GLACIER', 'DEEP_ARCHIVE'].map(skip)).toEqual(['archived', 'archived']);
});

test('passes takes the keys that the upload rule takes', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*'), minLength: 1, maxLength: 3 });
  const parts = fc.array(part, { maxLength: 2 });
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*'), maxLength: 7 }),
      parts,
      parts,
      (key, prefixes, suffixes) => {
        const pattern = keyFilter({ prefixes, suffixes });
        const byRule = pattern === undefined || matchesPattern({ key: pattern }, { key });
        expect(passes(key, { prefixes, suffixes })).toBe(byRule);
      },
    ),
  );
});
