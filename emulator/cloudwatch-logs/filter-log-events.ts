import { ApiFault } from '../http/json-api.ts';
import { filterOf } from './filter-pattern.ts';

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

export interface LogStream {
  readonly name: string;
  /** Between which times its events are: milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** In the order of their times; asked for only when the stream is searched. */
  events(): Iterable<LogEvent>;
}

export interface FilterRequest {
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly filterPattern?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly startFromHead?: boolean;
  readonly limit?: number;
  readonly nextToken?: string;
}

const MAX_EVENTS = 10_000;
const MAX_STREAM_NAMES = 100;

/** Of the events in one answer, as on AWS. */
const MAX_BYTES = 2 ** 20;

/** One call looks into no more; as on AWS its page may then be empty, with a token for the rest. */
const MAX_STREAMS_SEARCHED = 2000;

/** Where a page ended: the next begins with the event after it. */
interface Position {
  readonly timestamp: number;
  readonly stream: string;
  readonly index: number;
}

interface Placed extends LogEvent, Position {}

/**
 * The matching events of all streams in the order of their times; those of the same time by stream.
 * @throws ApiFault InvalidParameterException
 */
export function filterLogEvents(streams: Iterable<LogStream>, request: FilterRequest): object {
  assertAccepted(request);
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY, limit = MAX_EVENTS } = request;
  const matches = patternIn(request.filterPattern ?? '');
  const after = request.nextToken === undefined ? undefined : positionIn(request.nextToken);
  const newestFirst = after?.newestFirst ?? request.startFromHead === false;
  const searched = [...streams].filter(
    ({ name, from, to }) =>
      from <= endTime &&
      to >= startTime &&
      (request.logStreamNames?.includes(name) ?? true) &&
      name.startsWith(request.logStreamNamePrefix ?? '') &&
      (after === undefined || (newestFirst ? from <= after.timestamp : to >= after.timestamp)),
  );
  const events: Placed[] = [];
  let bytes = 0;
  for (const step of inOrder(searched, newestFirst)) {
    const isFarther =
      Number.isFinite(step.reached.timestamp) && (!after || byTime(newestFirst)(step.reached, after) > 0);
    if (step.searched > MAX_STREAMS_SEARCHED && isFarther) return page(events, tokenOf(step.reached, newestFirst));
    for (const event of step.events) {
      if (after !== undefined && byTime(newestFirst)(event, after) <= 0) continue;
      if (event.timestamp < startTime || event.timestamp > endTime || !matches(event.message)) continue;
      const last = events.at(-1);
      bytes += Buffer.byteLength(event.message);
      if (last !== undefined && (events.length === limit || bytes > MAX_BYTES)) {
        return page(events, tokenOf(last, newestFirst));
      }
      events.push(event);
    }
  }
  return page(events, undefined);
}

interface Step {
  /** No later step has an event before these. */
  readonly events: readonly Placed[];
  /** Streams looked into so far. */
  readonly searched: number;
  /** Lies before the events of this step, and behind all earlier ones. */
  readonly reached: Position;
}

/** Looks into a stream only when its time comes, so that a page does not cost the whole log group. */
function* inOrder(streams: readonly LogStream[], newestFirst: boolean): Generator<Step> {
  const begin = ({ from, to }: LogStream) => (newestFirst ? -to : from);
  const ordered = streams.toSorted((a, b) => begin(a) - begin(b));
  let open: Placed[] = [];
  let limit = Number.NEGATIVE_INFINITY;
  for (const [at, stream] of ordered.entries()) {
    const next = ordered[at + 1];
    open.push(...placed(stream));
    // Streams of one time are opened together.
    if (next !== undefined && begin(next) === begin(stream)) continue;
    const reached = beginningOf(limit, newestFirst);
    limit = next === undefined ? Number.POSITIVE_INFINITY : begin(next);
    const over = ({ timestamp }: Placed) => (newestFirst ? -timestamp : timestamp) < limit;
    const events = open.filter(over).sort(byTime(newestFirst));
    open = open.filter((event) => !over(event));
    yield { events, searched: at + 1, reached };
  }
}

/** Before all events of a time. */
function beginningOf(time: number, newestFirst: boolean): Position {
  if (newestFirst) return { timestamp: -time, stream: '\u{10FFFF}', index: Number.MAX_SAFE_INTEGER };
  return { timestamp: time, stream: '', index: -1 };
}

function placed(stream: LogStream): Placed[] {
  return [...stream.events()].map((event, index) => ({ ...event, stream: stream.name, index }));
}

function byTime(newestFirst: boolean): (a: Position, b: Position) => number {
  const sign = newestFirst ? -1 : 1;
  return (a, b) => {
    const earlier = a.timestamp - b.timestamp || (a.stream < b.stream ? -1 : Number(a.stream > b.stream));
    return sign * (earlier || a.index - b.index);
  };
}

function page(events: readonly Placed[], nextToken: string | undefined): object {
  return {
    events: events.map(({ stream, index, timestamp, message }) => ({
      ...{ logStreamName: stream, timestamp, message, ingestionTime: timestamp },
      eventId: `${stream}/${index}`,
    })),
    searchedLogStreams: [],
    nextToken,
  };
}

function assertAccepted({ limit = MAX_EVENTS, ...request }: FilterRequest): void {
  const refuse = (why: string): never => {
    throw new ApiFault('InvalidParameterException', why);
  };
  if (!(limit >= 1 && limit <= MAX_EVENTS)) refuse(`limit ${limit}`);
  const { logStreamNames, logStreamNamePrefix, startTime = 0, endTime = startTime } = request;
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
    refuse('logStreamNames and logStreamNamePrefix cannot be used together');
  }
  if ((logStreamNames?.length ?? 1) < 1 || (logStreamNames?.length ?? 1) > MAX_STREAM_NAMES) {
    refuse(`logStreamNames: 1 to ${MAX_STREAM_NAMES} names`);
  }
  if (endTime < startTime) refuse('endTime is before startTime');
}

function patternIn(text: string): (message: string) => boolean {
  try {
    return filterOf(text);
  } catch (fault) {
    throw new ApiFault('InvalidParameterException', (fault as Error).message);
  }
}

function tokenOf({ timestamp, stream, index }: Position, newestFirst: boolean): string {
  return Buffer.from(JSON.stringify({ timestamp, stream, index, newestFirst })).toString('base64url');
}

function positionIn(token: string): Position & { readonly newestFirst: boolean } {
  try {
    const found = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof found.timestamp === 'number' && typeof found.stream === 'string') return found;
  } catch {
    // Said below.
  }
  throw new ApiFault('InvalidParameterException', 'The specified nextToken is invalid.');
}
