import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { runObjects } from '../../cli/operations/run-names.ts';
import { logger } from '../../functions/handlers/task.ts';
import { addsUp, BUCKET, RESULTS, type RescanOptions, type Rescans, startRescans } from '../support/rescans.ts';

const CLEAN = { 'scan-status': 'CLEAN', 'scan-time': '2026-11-01T00:00:00.000Z', 'scan-definitions': '99' };
const DAY = 86_400_000;

let rescans: Rescans;
const start = async (options?: RescanOptions) => {
  rescans = await startRescans(options);
  return rescans;
};
afterEach(() => {
  jest.restoreAllMocks();
  return rescans.close();
});

const seed = (key: string, content: string, options = {}) => rescans.s3.seed(BUCKET, key, content, options);

describe('a rescan', () => {
  it('writes nothing when it confirms every verdict', async () => {
    const { s3, rescan, told } = await start();
    for (let index = 0; index < 20; index += 1) await seed(`${index}.txt`, `note ${index}`, { tags: CLEAN });
    s3.requests.reset();
    const summary = await rescan();
    expect(summary).toMatchObject({
      listed: 20,
      due: 20,
      scanned: 20,
      changed: 0,
      failed: 0,
      skipped: {},
      infected: 0,
    });
    const { PutObject, ...requests } = s3.requests.all();
    expect(PutObject).toBe(2); // the run's own results
    expect(Object.keys(requests).filter((operation) => !/^(Get|Head|List)/.test(operation))).toEqual([]);
    expect(s3.buckets.list().find(({ name }) => name === RESULTS)?.versions.size).toBe(2);
    expect(told.map(({ detailType }) => detailType)).toEqual(['Bucket Rescan Completed']);
  });

  it('blocks and tells an object that matches a new signature', async () => {
    const { rescan, signatures, tagsOf, told } = await start();
    await seed('old.txt', 'holds WORM since long', { tags: { ...CLEAN, owner: 'kept' } });
    expect(await rescan()).toMatchObject({ changed: 0, infected: 0 });
    signatures.add('WORM');
    const summary = await rescan();
    expect(summary).toMatchObject({ listed: 1, scanned: 1, changed: 1, infected: 1, status: 'SUCCEEDED' });
    expect(tagsOf('old.txt')).toMatchObject({ 'scan-status': 'INFECTED', 'scan-finding': 'WORM', owner: 'kept' });
    expect(told.find(({ detailType }) => detailType === 'Object Scan Completed')?.detail).toMatchObject({
      key: 'old.txt',
      status: 'INFECTED',
      tagged: true,
    });
  });

  it.each([true, false])(
    'names malware that is still there at the end, and no other (versioned: %s)',
    async (versioned) => {
      const { rescan, failing, s3, published } = await start({ versioned, dialect: 's3-virusscan' });
      const kept = ['kept.txt', 'known.txt'];
      for (const key of [...kept, 'deleted.txt', 'taken-back.txt']) {
        const tags = { 'clamav-status': key === 'known.txt' ? 'infected' : 'clean' };
        await seed(key, `MALWARE in ${key}`, { tags });
      }
      await seed('fine.txt', 'a note', { tags: { 'clamav-status': 'clean' } });
      failing.set('SummarizeRescan', () => {
        const { versionId: deleted } = s3.buckets.get(BUCKET, 'deleted.txt');
        s3.buckets.delete(BUCKET, 'deleted.txt', deleted);
        s3.buckets.setTags(BUCKET, 'taken-back.txt', { 'clamav-status': 'clean' });
        return undefined;
      });
      const summary = await rescan();
      const versionOf = (key: string) => (versioned ? { versionId: s3.buckets.get(BUCKET, key).versionId } : {});
      const named = kept.map((key) => ({ key, ...versionOf(key), finding: 'MALWARE' }));
      expect(summary.infectedObjects).toEqual(expect.arrayContaining(named));
      expect(summary).toMatchObject({ infected: 4, moreInfected: 0, results: { bucket: RESULTS } });
      expect(summary.infectedObjects).toHaveLength(2);
      // What all channels got is what the execution says.
      expect(JSON.parse(published.at(-1) ?? '')).toEqual(summary);
    },
  );

  it('never lets a refused file type through', async () => {
    const { rescan, tagsOf } = await start({ allowedTypes: ['text'] });
    const rejected = { 'scan-status': 'REJECTED', 'scan-finding': 'type:text/x-shellscript', 'scan-time': 'then' };
    await seed('run.sh', '#!/bin/sh\necho hello\n', { tags: rejected });
    expect(await rescan()).toMatchObject({ scanned: 1, changed: 0 });
    expect(tagsOf('run.sh')['scan-status']).toBe('REJECTED');
  });

  it('fills in the verdicts of a bucket that was there before', async () => {
    const { rescan, tagsOf, s3 } = await start({ versioned: false });
    await seed('clean.txt', 'a note');
    await seed('bad.txt', 'MALWARE');
    await seed('empty/', '');
    await seed('known.txt', 'a note', { tags: CLEAN });
    const summary = await rescan({ strategy: 'unscanned' });
    expect(summary).toMatchObject({
      listed: 4,
      due: 3,
      scanned: 3,
      skipped: { 'has-verdict': 1 },
      changed: 3,
      infected: 1,
    });
    expect(tagsOf('clean.txt')['scan-status']).toBe('CLEAN');
    expect(tagsOf('bad.txt')['scan-status']).toBe('INFECTED');
    expect(tagsOf('empty/')['scan-status']).toBe('CLEAN');
    s3.requests.reset();
    expect(await rescan({ strategy: 'unscanned' })).toMatchObject({ due: 0, skipped: { 'has-verdict': 4 } });
    expect(s3.requests.all()).toMatchObject({ GetObjectTagging: 4 });
    expect(s3.requests.count('HeadObject') + s3.requests.count('GetObject')).toBe(2);
  });

  it('reads only what is due, and goes on where the last run ended', async () => {
    const { rescan, s3, engine } = await start();
    const now = Date.parse('2026-11-21T03:00:00Z');
    for (const days of [0.5, 1.5, 2, 3.2, 40, 365.1, 400]) {
      await seed(`${days}.txt`, `note ${days}`, { lastModified: new Date(now - days * DAY), tags: CLEAN });
    }
    const at = (days: number) => ({ strategy: 'due', scheduledTime: new Date(now + days * DAY).toISOString() });
    s3.requests.reset();
    const first = await rescan(at(0));
    expect(first).toMatchObject({ listed: 7, due: 3, scanned: 3, skipped: { 'not-due': 4 } });
    expect(s3.requests.count('GetObjectTagging')).toBe(3);
    expect(engine.scans).toBe(3);
    // Two runs are missed; the next one catches up: 0.5 (1 and 3 at once), 1.5, 2 reach a step.
    const next = await rescan(at(3));
    expect(next.window).toEqual({ from: first.window.to, to: new Date(now + 3 * DAY).toISOString() });
    expect(next).toMatchObject({ due: 3, skipped: { 'not-due': 4 } });
    expect(await rescan(at(3))).toMatchObject({ due: 0, scanned: 0 });
  });

  it('finds due at ages of one’s own, and nothing at the default ones', async () => {
    const { rescan } = await start();
    const modified = Date.parse('2026-11-01T00:00:00Z');
    await seed('a.txt', 'note', { lastModified: new Date(modified), tags: CLEAN });
    const window = { from: '2026-11-05T12:00:00Z', to: '2026-11-06T12:00:00Z' };
    expect(await rescan({ strategy: 'due', window, ages: [5] })).toMatchObject({ due: 1, scanned: 1 });
    expect(await rescan({ strategy: 'due', window })).toMatchObject({ due: 0 });
  });

  it('catches a missed run up by its window, and leaves the next run’s alone', async () => {
    const { rescan } = await start();
    const modified = Date.parse('2026-11-01T00:00:00Z');
    await seed('a.txt', 'note', { lastModified: new Date(modified), tags: CLEAN });
    const window = { from: '2026-11-01T12:00:00Z', to: '2026-11-02T12:00:00Z' };
    expect(await rescan({ strategy: 'due', window })).toMatchObject({ due: 1, window });
    const summary = await rescan({ strategy: 'due', scheduledTime: '2026-11-10T00:00:00Z' });
    expect(summary.window.from).toBe('2026-11-09T00:00:00.000Z');
  });

  it('rescans with `stale` what older definitions judged', async () => {
    const { rescan, engine } = await start();
    await seed('old.txt', 'note', { tags: CLEAN });
    await seed('new.txt', 'note', { tags: { ...CLEAN, 'scan-definitions': '100' } });
    await seed('empty.txt', '', { tags: { 'scan-status': 'CLEAN', 'scan-time': 'then' } });
    await seed('none.txt', 'note');
    const summary = await rescan({ strategy: 'stale' });
    expect(summary).toMatchObject({ listed: 4, due: 2, scanned: 2, skipped: { 'up-to-date': 2 }, changed: 1 });
    expect(engine.scans).toBe(2);
  });

  it('keeps to the keys whose uploads are scanned', async () => {
    const { rescan } = await start();
    for (const key of ['in/a.pdf', 'in/b.txt', 'out/c.pdf', 'in/.pdf']) await seed(key, 'note');
    const filters = { prefixes: ['in/'], suffixes: ['.pdf'] };
    expect(await rescan({ filters })).toMatchObject({ listed: 4, due: 2, scanned: 2, skipped: { filtered: 2 } });
  });

  it('counts archived objects and delete markers, and touches neither', async () => {
    const { rescan, s3 } = await start();
    await seed('cold.txt', 'note', { storageClass: 'GLACIER' });
    await seed('colder.txt', 'note', { storageClass: 'DEEP_ARCHIVE' });
    await seed('deleted.txt', 'note');
    s3.buckets.delete(BUCKET, 'deleted.txt');
    s3.requests.reset();
    const summary = await rescan();
    expect(summary).toMatchObject({ listed: 2, scanned: 0, skipped: { archived: 2 }, failed: 0 });
    expect(s3.requests.count('HeadObject')).toBe(0);
  });

  it('skips what is deleted or overwritten while it runs', async () => {
    const meddle = new Map<string, () => unknown>();
    const { rescan, s3, tagsOf } = await start({
      onRequest: async ({ operation, key }) => {
        await meddle.get(`${operation} ${key}`)?.();
      },
    });
    const keys = ['gone-early', 'gone-late', 'new-early', 'new-late', 'deleted-at-tag', 'stays'];
    for (const key of keys) await seed(key, `MALWARE ${key}`);
    const once = (request: string, act: () => unknown) =>
      meddle.set(request, () => {
        meddle.delete(request);
        return act();
      });
    const versionOf = (key: string) => s3.buckets.get(BUCKET, key).versionId;
    const gone = versionOf('deleted-at-tag');
    once('GetObjectTagging gone-early', () => s3.buckets.delete(BUCKET, 'gone-early'));
    const late = versionOf('gone-late');
    once('GetObject gone-late', () => s3.buckets.delete(BUCKET, 'gone-late', late));
    once('GetObjectTagging new-early', () => seed('new-early', 'a clean note'));
    once('GetObject new-late', () => seed('new-late', 'a clean note'));
    once('PutObjectTagging deleted-at-tag', () => s3.buckets.delete(BUCKET, 'deleted-at-tag', gone));
    const summary = await rescan();
    // new-late is a separate version: its old one was scanned and tagged, the new one unchanged.
    expect(summary).toMatchObject({
      listed: 6,
      scanned: 2,
      skipped: { gone: 3, replaced: 1 },
      changed: 2,
      infected: 2,
    });
    expect(addsUp(summary)).toBe(true);
    expect(tagsOf('new-late')).toEqual({});
    expect(tagsOf('stays')['scan-status']).toBe('INFECTED');
  });

  it('takes its tag back from what was overwritten in place, and has that scanned again', async () => {
    let scanned = false;
    const { rescan, tagsOf, uploads } = await start({
      versioned: false,
      onRequest: async ({ operation, key }) => {
        if (operation === 'PutObjectTagging' && !scanned) {
          scanned = true;
          await seed(key, 'a clean note');
        }
      },
    });
    await seed('note.txt', 'MALWARE');
    const summary = await rescan();
    expect(summary).toMatchObject({ listed: 1, scanned: 0, skipped: { replaced: 1 }, changed: 0, infected: 0 });
    expect(tagsOf('note.txt')['scan-status']).toBeUndefined();
    expect(uploads).toEqual([
      {
        detail: { bucket: { name: BUCKET }, object: expect.objectContaining({ key: 'note.txt', size: 12 }) },
        policy: expect.objectContaining({ onInfected: 'tag' }),
      },
    ]);
  });

  it('pages through 10,000 objects a thousand at a time', async () => {
    const { rescan, s3, batches } = await start();
    const old = new Date('2020-01-01T00:00:00Z');
    for (let index = 0; index < 10_000; index += 1) {
      s3.buckets.put(BUCKET, `folder/${index}`, { body: undefined as never, size: 4, etag: 'e', lastModified: old });
    }
    s3.requests.reset();
    const summary = await rescan({
      strategy: 'due',
      window: { from: '2026-11-20T00:00:00Z', to: '2026-11-20T06:00:00Z' },
    });
    expect(summary).toMatchObject({ listed: 10_000, due: 0, skipped: { 'not-due': 10_000 } });
    // Ten pages, one look before, one for the manifest.
    expect(s3.requests.all()).toEqual({ ListObjectsV2: 12, PutObject: 2, GetObject: 2 });
    expect(batches.reduce((sum, { items }) => sum + items, 0)).toBe(10_000);
    expect(batches.every(({ items }) => items <= 500)).toBe(true);
  });

  it('splits batches by bytes where keys are long', async () => {
    const { rescan, s3, batches, invocations } = await start();
    const old = new Date('2020-01-01T00:00:00Z');
    for (let index = 0; index < 400; index += 1) {
      const key = `${'k'.repeat(1016)}${String(index).padStart(8, '0')}`;
      s3.buckets.put(BUCKET, key, { body: undefined as never, size: 4, etag: 'e', lastModified: old });
    }
    const summary = await rescan({ strategy: 'due' });
    expect(summary).toMatchObject({ listed: 400, skipped: { 'not-due': 400 } });
    expect(batches.length).toBeGreaterThan(3);
    const sizes = invocations
      .filter(({ task }) => task === 'ScanBatch')
      .map(({ payload }) => JSON.stringify(payload).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(131_072);
    expect(Math.max(...sizes)).toBeGreaterThan(125_000);
  });

  it('loops while a batch has more than fits its time', async () => {
    // Every call has time for its first wave only.
    const { rescan, invocations, s3 } = await start({ remaining: () => 20_000 });
    const { availableParallelism } = await import('node:os');
    const count = 3 * 4 * availableParallelism();
    for (let index = 0; index < count; index += 1)
      await seed(`${index}.txt`, index === 3 ? 'MALWARE' : 'note', { tags: CLEAN });
    const summary = await rescan();
    expect(summary).toMatchObject({ listed: count, scanned: count, changed: 1, infected: 1 });
    expect(invocations.filter(({ task }) => task === 'ScanBatch')).toHaveLength(3);
    expect(s3.requests.count('GetObject')).toBe(count + 2);
  });

  it('runs twice at once without harm', async () => {
    const { rescan, tagsOf } = await start();
    for (let index = 0; index < 30; index += 1) await seed(`${index}.txt`, index % 3 === 0 ? 'MALWARE' : 'note');
    const both = await Promise.all([rescan(), rescan()]);
    for (const summary of both) expect(summary).toMatchObject({ listed: 30, scanned: 30, infected: 10, failed: 0 });
    for (let index = 0; index < 30; index += 1) {
      expect(tagsOf(`${index}.txt`)['scan-status']).toBe(index % 3 === 0 ? 'INFECTED' : 'CLEAN');
    }
  });
});

describe('failures', () => {
  const keys = Array.from({ length: 20 }, (_, index) => `${String(index).padStart(2, '0')}.txt`);
  const seedAll = async () => {
    for (const key of keys) await seed(key, 'note', { tags: CLEAN });
  };
  /** Batches of two objects, of which those with these keys fail as a whole. */
  const failBatchesWith = (...bad: string[]) =>
    rescans.failing.set('ScanBatch', ({ Items }: { Items: { Key: string }[] }) =>
      Items.some(({ Key }) => bad.includes(Key))
        ? Object.assign(new Error('broken'), { name: 'AccessDenied' })
        : undefined,
    );
  const twoByTwo: RescanOptions = {
    edit: ({ States }) => {
      States['Rescan Objects'].ItemBatcher.MaxItemsPerBatch = 2;
    },
  };

  it('under and at what is tolerated leave the run succeed, counted', async () => {
    const { rescan } = await start(twoByTwo);
    await seedAll();
    failBatchesWith('00.txt');
    expect(await rescan({ toleratedFailurePercentage: 50 })).toMatchObject({ listed: 20, failed: 2, scanned: 18 });
    expect(await rescan({ toleratedFailurePercentage: 10 })).toMatchObject({ listed: 20, failed: 2, scanned: 18 });
  });

  it('over what is tolerated fail the run, after it was summed up and reported', async () => {
    const { run, lastSummary } = await start(twoByTwo);
    await seedAll();
    failBatchesWith('00.txt', '04.txt');
    const result = await run({ strategy: 'all', toleratedFailurePercentage: 19, maxConcurrency: 1 });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(result.states).toEqual([
      'Prepare Rescan',
      'Check Listing',
      'Rescan Objects',
      'Summarize Rescan',
      'Notify Rescan',
      'Check Failures',
      'Too Many Failures',
    ]);
    expect(lastSummary()).toMatchObject({ status: 'FAILED', listed: 20, failed: 4, scanned: 16 });
    expect(addsUp(lastSummary())).toBe(true);
  });

  it('of single objects count as well', async () => {
    const { run, lastSummary } = await start({
      authorize: ({ action, resource }) =>
        /GetObject(Version)?$/.test(action) && /0[01]\.txt$/.test(resource)
          ? { allowed: false, reason: 'not this one' }
          : { allowed: true },
    });
    await seedAll();
    expect(await run({ strategy: 'all', toleratedFailurePercentage: 10 })).toMatchObject({ status: 'SUCCEEDED' });
    const over = await run({ strategy: 'all', toleratedFailurePercentage: 9 });
    expect(over).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(over.cause).toBe('2 of 20 objects failed, 9 % are tolerated');
    expect(lastSummary()).toMatchObject({ listed: 20, failed: 2, scanned: 18, changed: 0 });
  });

  it('of single objects are in the log and in the results by name', async () => {
    const logged = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    const { run, client } = await start({
      authorize: ({ action, resource }) => ({
        allowed: !(/GetObject(Version)?$/.test(action) && resource.endsWith('/03.txt')),
        reason: 'not this one',
      }),
    });
    await seedAll();
    const { arn } = await run({ strategy: 'all' });
    const named = [];
    const place = { resultsBucket: RESULTS, runName: arn.split(':').at(-1) ?? '' };
    for await (const object of runObjects(client, place)) named.push(object);
    expect(named).toEqual([{ what: 'failed', key: '03.txt', error: 'AccessDenied', cause: expect.any(String) }]);
    expect(logged.mock.calls).toEqual([
      ['ObjectFailed', expect.objectContaining({ bucket: BUCKET, key: '03.txt', error: 'AccessDenied' })],
    ]);
  });

  it('of an engine that is down fail its batches', async () => {
    const { run, engine, lastSummary, tagsOf } = await start();
    await seedAll();
    engine.down = true;
    expect(await run({ strategy: 'all' })).toMatchObject({ status: 'FAILED' });
    expect(lastSummary()).toMatchObject({ listed: 20, failed: 20, scanned: 0, status: 'FAILED' });
    expect(tagsOf('00.txt')).toEqual(CLEAN);
  });

  it('of a due run leave its window to the next', async () => {
    const { run, rescan, engine } = await start();
    await seed('a.txt', 'note', { lastModified: new Date('2026-11-01T00:00:00Z'), tags: CLEAN });
    engine.down = true;
    const failed = await run({ strategy: 'due', scheduledTime: '2026-11-02T12:00:00Z' });
    expect(failed.status).toBe('FAILED');
    engine.down = false;
    // Nothing was ever finished, so the first window is a day; the next ones go on from there.
    await rescan({ strategy: 'due', scheduledTime: '2026-11-02T12:00:00Z' });
    const next = await rescan({ strategy: 'due', scheduledTime: '2026-11-03T12:00:00Z' });
    expect(next.window).toEqual({ from: '2026-11-02T12:00:00.000Z', to: '2026-11-03T12:00:00.000Z' });
  });

  it('to write or tell one verdict cost neither the batch nor the count', async () => {
    const { rescan, failing } = await start();
    for (const key of ['a', 'b', 'c', 'd']) await seed(key, 'MALWARE');
    failing.set('TagObject', ({ object }: { object: { key: string } }) =>
      object.key === 'b' ? Object.assign(new Error('no'), { name: 'AccessDenied' }) : undefined,
    );
    failing.set('Notify', ({ object }: { object: { key: string } }) =>
      object.key === 'c' ? Object.assign(new Error('no'), { name: 'AccessDenied' }) : undefined,
    );
    const summary = await rescan({ toleratedFailurePercentage: 50 });
    expect(summary).toMatchObject({ listed: 4, scanned: 2, failed: 2, changed: 3, infected: 4 });
    expect(addsUp(summary)).toBe(true);
  });
});

describe('bad input is refused before anything is listed', () => {
  it.each([
    [{ bucket: 'unknown' }, /bucket: "unknown" is none of the watched buckets/],
    [{ bucket: 'deleted-since' }, /bucket: "deleted-since" does not exist/],
    [{ strategy: 'weekly' }, /strategy/],
    [{ window: { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' } }, /ends before it begins/],
    [{ window: { from: 'yesterday', to: '2026-11-01T00:00:00Z' } }, /from/],
    [{ prefx: 'a/' }, /prefx/],
    [{ toleratedFailurePercentage: 101 }, /toleratedFailurePercentage/],
  ])('%j', async (input, message) => {
    const { run } = await start();
    const result = await run(input);
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'InvalidInput',
      states: ['Prepare Rescan', 'Rescan Refused'],
    });
    expect(result.cause).toMatch(message);
  });

  it('a bucket that may not be listed', async () => {
    const { run } = await start({
      authorize: ({ action }) => (action === 's3:ListBucket' ? { allowed: false, reason: 'no' } : { allowed: true }),
    });
    const result = await run({});
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'AccessDenied',
      states: ['Prepare Rescan', 'Rescan Refused'],
    });
  });

  it('`stale` in a dialect that does not tag the definitions', async () => {
    const { run } = await start({ dialect: 's3-virusscan' });
    expect(await run({ strategy: 'stale' })).toMatchObject({ status: 'FAILED', error: 'InvalidInput' });
  });

  it('but an empty bucket and a prefix with no objects are no fault', async () => {
    const { rescan } = await start();
    const nothing = { listed: 0, due: 0, scanned: 0, skipped: {}, failed: 0, changed: 0, infected: 0, bytes: 0 };
    expect(await rescan()).toMatchObject(nothing);
    await seed('a/b', 'note');
    expect(await rescan({ prefix: 'c/' })).toMatchObject(nothing);
    expect(await rescan({ prefix: 'a/' })).toMatchObject({ listed: 1, scanned: 1 });
  });
});
