import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type FilterRequest,
  filterLogEvents,
  type LogStream,
} from '../../../emulator/cloudwatch-logs/filter-log-events.ts';

interface Answer {
  readonly events: readonly { logStreamName: string; timestamp: number; message: string; eventId: string }[];
  readonly nextToken?: string;
}

/** A stream with an event at each of these times. */
const stream = (name: string, times: readonly number[], opened: string[] = []): LogStream => ({
  name,
  from: Math.min(...times),
  to: Math.max(...times),
  events() {
    opened.push(name);
    return times.toSorted((a, b) => a - b).map((timestamp) => ({ timestamp, message: `${name} at ${timestamp}` }));
  },
});

const ask = (streams: readonly LogStream[], request: FilterRequest = {}) => filterLogEvents(streams, request) as Answer;

/** All pages. */
function messages(streams: readonly LogStream[], request: FilterRequest): string[] {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = ask(streams, { ...request, ...(nextToken !== undefined && { nextToken }) });
    found.push(...page.events.map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

describe('FilterLogEvents', () => {
  const times = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });
  it('hands out each matching event once, in the order of time, whatever the page size and the direction', () => {
    fc.assert(
      fc.property(
        fc.array(times, { maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 15, max: 31 })),
        (all, limit, startFromHead, [startTime, endTime]) => {
          const streams = all.map((each, at) => stream(`s${at}`, each));
          const found = messages(streams, { limit, startFromHead, startTime, endTime });
          const within = (time: number) => time >= startTime && time <= endTime;
          const expected = all.flatMap((each, at) => each.filter(within).map((time) => `s${at} at ${time}`));
          expect(found.toSorted()).toEqual(expected.toSorted());
          const order = found.map((message) => Number(message.split(' at ')[1]));
          expect(order).toEqual(order.toSorted((a, b) => (startFromHead ? a - b : b - a)));
        },
      ),
    );
  });

  it('looks only into streams of the page’s time', () => {
    const opened: string[] = [];
    const streams = Array.from({ length: 100 }, (_, at) => stream(`s${at}`, [at * 10 + 1, at * 10 + 5], opened));
    const first = ask(streams, { limit: 4 });
    expect(opened.length).toBeLessThan(5);
    opened.length = 0;
    const { events } = ask(streams, { limit: 2, nextToken: first.nextToken ?? '' });
    expect(events.map(({ message }) => message)).toEqual(['s2 at 21', 's2 at 25']);
    expect(opened.length).toBeLessThan(5);
  });

  it('answers an empty page with a token when nothing matched in thousands of streams', () => {
    const streams = Array.from({ length: 5000 }, (_, at) => stream(`s${at}`, [at + 1]));
    const pages: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = ask(streams, { filterPattern: '"s4999 "', ...(nextToken !== undefined && { nextToken }) });
      pages.push(page.events.length);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(pages).toEqual([0, 0, 1]);
  });

  it('looks into any number of streams of one time at once', () => {
    const streams = Array.from({ length: 3000 }, (_, at) => stream(`s${at}`, [7]));
    expect(messages(streams, {})).toHaveLength(3000);
    expect(messages(streams, { startFromHead: false })).toHaveLength(3000);
  });

  it('searches the named streams, or those with a prefix', () => {
    const streams = ['a1', 'a2', 'b1'].map((name, at) => stream(name, [at + 1]));
    expect(messages(streams, { logStreamNames: ['b1', 'a1'] })).toEqual(['a1 at 1', 'b1 at 3']);
    expect(messages(streams, { logStreamNamePrefix: 'a' })).toEqual(['a1 at 1', 'a2 at 2']);
  });

  it.each<[string, FilterRequest]>([
    ['both names and a prefix', { logStreamNames: ['a'], logStreamNamePrefix: 'a' }],
    ['no names', { logStreamNames: [] }],
    ['101 names', { logStreamNames: Array.from({ length: 101 }, (_, at) => `s${at}`) }],
    ['an end before the beginning', { startTime: 2, endTime: 1 }],
    ['a limit of none', { limit: 0 }],
    ['a limit over 10,000', { limit: 10_001 }],
    ['a token of somebody else', { nextToken: 'abc' }],
    ['another kind of pattern', { filterPattern: '[a, b]' }],
  ])('refuses %s', (_, request) => {
    expect(() => ask([], request)).toThrow(expect.objectContaining({ name: 'InvalidParameterException' }));
  });
});
