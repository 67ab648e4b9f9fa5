import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { confirms, passes, skipByListing, skipByTags } from '../../../../functions/domain/rescan/strategy.ts';
import { mergeVerdictTags } from '../../../../functions/domain/tags.ts';
import type { Verdict } from '../../../../functions/domain/verdict.ts';
import { keyFilter } from '../../../../infra/key-filter.ts';
import { matchesPattern } from '../../../../local/event-bridge/event-pattern.ts';

const airlock = dialectNamed('airlock');
const clean: Verdict = {
  status: 'CLEAN',
  finding: null,
  type: 'text/plain',
  definitions: '100',
  scanTime: '2026-11-21T00:00:00.000Z',
};
const infected: Verdict = { ...clean, status: 'INFECTED', finding: 'Eicar' };
const tagsFor = (verdict: Verdict, dialect = airlock) =>
  mergeVerdictTags({ owner: 'me' }, dialect.tags(verdict), dialect.tagKeys).tags;

describe.each(DIALECT_NAMES)('confirms, in %s', (name) => {
  const dialect = dialectNamed(name);

  it('does not look at when and with which signatures', () => {
    const later = { ...clean, scanTime: '2027-01-01T00:00:00.000Z', definitions: '101' };
    expect(confirms(tagsFor(clean, dialect), later, dialect)).toBe(true);
  });

  it('sees another status, also where an object has no verdict at all', () => {
    expect(confirms(tagsFor(clean, dialect), infected, dialect)).toBe(false);
    expect(confirms(tagsFor(infected, dialect), clean, dialect)).toBe(false);
    expect(confirms({ owner: 'me' }, clean, dialect)).toBe(false);
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
  ])('tells with `stale` definitions %s from %s', (tag, current, expected) => {
    expect(skip('stale', { 'scan-status': 'CLEAN', 'scan-definitions': tag }, current)).toBe(expected);
  });

  it('leaves with `stale` what no signatures were asked about', () => {
    expect(skip('stale', { 'scan-status': 'REJECTED' })).toBe('up-to-date');
    expect(skip('stale', { 'scan-status': 'UNSCANNABLE' })).toBe('up-to-date');
    expect(skip('stale', { 'scan-status': 'CLEAN' }, '100', 0)).toBe('up-to-date');
    expect(skip('stale', { 'scan-status': 'CLEAN' })).toBeNull();
    expect(skip('stale', {})).toBeNull();
  });
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
