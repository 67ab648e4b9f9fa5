import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countRows, ExecutionList, filterRows, type Listed } from '../../../../console/page/model/execution-list.ts';

const listed = (name: string, start: number, status = 'SUCCEEDED'): Listed => ({
  ...{ arn: `arn:${name}`, name, status, start },
  stop: status === 'RUNNING' ? undefined : start + 10,
});
const namesOf = (list: ExecutionList) => list.rows.map(({ name }) => name);
const digest = (title: string, verdict: string) => ({
  ...{ title, verdict, bucket: 'uploads', versionId: undefined, size: 1, finding: undefined },
});

describe('a listing that is read again', () => {
  it('adds what is new before the rest, and takes over how the others have ended', () => {
    const list = new ExecutionList();
    list.merge([listed('b', 2, 'RUNNING'), listed('a', 1)]);
    expect(list.merge([listed('c', 3), listed('b', 2)])).toBe(true);
    expect(list.rows.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'c SUCCEEDED',
      'b SUCCEEDED',
      'a SUCCEEDED',
    ]);
  });

  it('makes no new list of what has not changed, so that nothing is drawn again', () => {
    const list = new ExecutionList();
    list.merge([listed('a', 1)]);
    const { rows } = list;
    expect(list.merge([listed('a', 1)])).toBe(false);
    expect(list.rows).toBe(rows);
  });

  it('may stop before the oldest that runs, or the newest', () => {
    const list = new ExecutionList();
    expect(list.knownBefore).toBe(Number.NEGATIVE_INFINITY);
    list.merge([listed('c', 30), listed('b', 20, 'RUNNING'), listed('a', 10)]);
    expect(list.knownBefore).toBe(20);
    list.merge([listed('b', 20)]);
    expect(list.knownBefore).toBe(30);
  });

  it('knows in the end what the service knows, however the pages were cut', () => {
    const arbitrary = fc.array(
      fc.record({ start: fc.nat(50), ends: fc.nat(4), page: fc.integer({ min: 1, max: 5 }) }),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(arbitrary, (steps) => {
        const list = new ExecutionList();
        const service: Listed[] = [];
        let time = 0;
        for (const { start, ends, page } of [...steps, { start: 0, ends: 1000, page: 3 }]) {
          time += start;
          service.unshift(listed(`e${service.length}`, time, 'RUNNING'));
          const running = service.flatMap(({ status }, at) => (status === 'RUNNING' ? [at] : []));
          for (const at of running.slice(-ends)) service[at] = listed(service[at]?.name ?? '', service[at]?.start ?? 0);
          const { knownBefore } = list;
          for (let at = 0; at < service.length; at += page) {
            const some = service.slice(at, at + page);
            list.merge(some);
            if ((some.at(-1)?.start ?? 0) < knownBefore) break;
          }
        }
        expect(list.rows.map(({ arn, status }) => `${arn} ${status}`).sort()).toEqual(
          service.map(({ arn, status }) => `${arn} ${status}`).sort(),
        );
      }),
    );
  });
});

describe('what a row says beside its times', () => {
  it('is asked for of those in sight first, and again when an execution has ended', () => {
    const list = new ExecutionList();
    list.merge([listed('c', 3), listed('b', 2, 'RUNNING'), listed('a', 1)]);
    expect(list.withoutDigest(['arn:a'], 2).map(({ name }) => name)).toEqual(['a', 'c']);
    for (const { arn, status } of list.rows) list.setDigest(arn, digest('key', 'CLEAN'), status);
    list.renew();
    expect(list.withoutDigest([], 10)).toEqual([]);
    list.merge([listed('b', 2)]);
    expect(list.withoutDigest([], 10).map(({ name }) => name)).toEqual(['b']);
  });
});

it('is asked for again when the execution has ended since it was asked for', () => {
  const list = new ExecutionList();
  list.merge([listed('a', 1, 'RUNNING')]);
  list.merge([listed('a', 1)]);
  list.setDigest('arn:a', digest('key', 'CLEAN'), 'RUNNING');
  expect(list.withoutDigest([], 10).map(({ name }) => name)).toEqual(['a']);
});

describe('the filter', () => {
  const list = new ExecutionList();
  list.merge([listed('c', 3, 'RUNNING'), listed('b', 2), listed('a', 1, 'FAILED')]);
  list.setDigest('arn:b', digest('In/Virus.EXE', 'INFECTED'), 'SUCCEEDED');
  list.renew();

  it.each([
    ['', '', 'c b a'],
    ['INFECTED', '', 'b'],
    ['FAILED', '', 'a'],
    ['', 'virus.exe', 'b'],
    ['', 'C', 'c'],
    ['RUNNING', 'virus', ''],
  ])('status %j and text %j leave %j', (status, text, names) => {
    expect(
      filterRows(list.rows, { status, text })
        .map(({ name }) => name)
        .join(' '),
    ).toBe(names);
  });

  it('counts verdicts instead of successes', () => {
    expect(Object.fromEntries(countRows(list.rows))).toEqual({ RUNNING: 1, INFECTED: 1, FAILED: 1 });
  });
});

it('10,000 executions are merged and narrowed in a few milliseconds', () => {
  const list = new ExecutionList();
  const all = Array.from({ length: 10_000 }, (_, at) => listed(`e${at}`, 10_000 - at));
  for (let at = 0; at < all.length; at += 1000) list.merge(all.slice(at, at + 1000));
  expect(namesOf(list)).toHaveLength(10_000);
  const start = performance.now();
  list.merge([listed('new', 20_000), ...all.slice(0, 99)]);
  filterRows(list.rows, { status: '', text: 'e77' });
  countRows(list.rows);
  // A guard against work that grows with the square: 30 times what a busy machine took.
  expect(performance.now() - start).toBeLessThan(1000);
});
