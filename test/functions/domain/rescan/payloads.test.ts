import { describe, expect, it, test } from '@jest/globals';
import { DEFAULT_AGE_STEPS } from '../../../../functions/domain/rescan/age-steps.ts';
import { BatchSettings, ListedObject, RescanWindow } from '../../../../functions/domain/rescan/payloads.ts';
import { PrepareRescanInput } from '../../../../functions/domain/rescan/prepare-input.ts';

const startTime = '2026-11-26T00:00:00.000Z';
const request = (over: object = {}) =>
  PrepareRescanInput.safeParse({ request: { bucket: 'b', ...over }, startTime, watched: '[]' });

describe('a request for a rescan', () => {
  it('needs a bucket, and says the rest itself', () => {
    expect(request().data?.request).toEqual({
      bucket: 'b',
      prefix: '',
      strategy: 'due',
      maxConcurrency: 10,
      toleratedFailurePercentage: 5,
    });
  });

  it.each([
    { prefix: 'in/' },
    ...['all', 'unscanned', 'due', 'stale'].map((strategy) => ({ strategy })),
    { maxConcurrency: 1 },
    { maxConcurrency: 1000 },
    { toleratedFailurePercentage: 0 },
    { toleratedFailurePercentage: 100 },
    { scheduledTime: '2026-11-26T01:00:00+01:00' },
    { window: { from: '2026-11-01T00:00:00+01:00', to: '2026-11-01T00:00:00Z' } },
    { policy: { maxObjectBytes: 1, allowedTypes: ['*'], onInfected: 'delete' } },
    { filters: { prefixes: ['a'], suffixes: [] } },
    { ages: [1, 400] },
  ])('may say %j', (over) => expect(request(over).success).toBe(true));

  it.each([
    { bucket: '' },
    { bucket: undefined },
    { prefix: 7 },
    { strategy: 'some' },
    { maxConcurrency: 0 },
    { maxConcurrency: 1001 },
    { maxConcurrency: 1.5 },
    { toleratedFailurePercentage: -1 },
    { toleratedFailurePercentage: 101 },
    { toleratedFailurePercentage: 0.5 },
    { scheduledTime: 'now' },
    { scheduledTime: '2026-11-26' },
    { window: { from: '2026-11-01T00:00:00Z' } },
    { policy: {} },
    { filters: { prefixes: [] } },
    { ages: [] },
    { ages: [7, 3] },
    { empty: true },
  ])('may not say %j', (over) => expect(request(over).success).toBe(false));
});

test('a batch that began before buckets had ages of their own has the default ones', () => {
  const settings = {
    bucket: 'b',
    strategy: 'due',
    window: { from: startTime, to: startTime },
    policy: { maxObjectBytes: 1, allowedTypes: ['*'], onInfected: 'tag' },
    filters: { prefixes: [], suffixes: [] },
  };
  expect(BatchSettings.parse(settings).ages).toEqual(DEFAULT_AGE_STEPS);
});

describe('a window', () => {
  const window = (from: string, to: string) => RescanWindow.safeParse({ from, to });

  it('may be of no length, and does not end before it begins, by whatever clock', () => {
    expect(window(startTime, startTime).success).toBe(true);
    expect(window('2026-11-26T00:30:00+01:00', '2026-11-25T23:30:00Z').success).toBe(true);
    const turned = window('2026-11-26T00:00:00Z', '2026-11-26T00:30:00+01:00');
    expect(turned.error?.issues).toMatchObject([{ message: 'ends before it begins' }]);
  });
});

describe('a listed object', () => {
  const listed = { Key: 'k', Etag: '"e"', Size: 0, LastModified: 1.5 };

  it('is of the standard class where the listing says none, and may hold more than is read', () => {
    expect(ListedObject.parse({ ...listed, ChecksumType: 'FULL_OBJECT' })).toEqual({
      ...listed,
      StorageClass: 'STANDARD',
    });
    expect(ListedObject.parse({ ...listed, StorageClass: 'GLACIER' })).toMatchObject({ StorageClass: 'GLACIER' });
  });

  it.each([{ Key: '' }, { Etag: '' }, { Size: -1 }, { Size: 0.5 }, { LastModified: 'now' }])(
    'is none with %j',
    (over) => expect(ListedObject.safeParse({ ...listed, ...over }).success).toBe(false),
  );
});
