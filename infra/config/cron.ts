// Why not a package: docs/decisions/0013-cron-expressions-are-read-by-hand.md

/** Whether a schedule runs on a day, at midnight UTC. */
type OnDay = (day: Date) => boolean;

export interface Cron {
  /** Minutes since midnight, in order. */
  readonly times: readonly number[];
  readonly runsOn: OnDay;
  /** Whether its years end. */
  readonly ends: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Reads `cron(minutes hours day-of-month month day-of-week year)`.
 * @returns undefined when EventBridge Scheduler would not accept it
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readCron(text: string): Cron | undefined {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(text)?.slice(1);
  if (fields === undefined) return undefined;
  const [minute = '', hour = '', date = '', month = '', weekday = '', year = ''] = fields;
  const minutes = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  const months = numbers(numbered(month, MONTHS), 1, 12);
  const onDay = days(date, weekday);
  if (!minutes || !hours || !months || !onDay || !numbers(year, 1970, 2199)) return undefined;
  return {
    times: hours.flatMap((h) => minutes.map((m) => h * 60 + m)),
    runsOn: (day) => months.includes(day.getUTCMonth() + 1) && onDay(day),
    ends: year !== '*',
  };
}

/** One of the two is `?`. */
function days(date: string, weekday: string): OnDay | undefined {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html: these cannot be in a list.
  if ((date === '?') === (weekday === '?') || /#.*,|,.*#/.test(weekday)) return undefined;
  const some = weekday === '?' ? date.split(',').map(onDate) : numbered(weekday, WEEKDAYS).split(',').map(onWeekday);
  return some.includes(undefined) ? undefined : (day) => some.some((on) => on?.(day));
}

/** `1-15`, `L`, the month's last day, `15W`, the weekday nearest to the 15th, or `LW`. */
function onDate(text: string): OnDay | undefined {
  if (text === 'L') return (day) => day.getUTCDate() === lastDate(day);
  const [, near] = /^([1-9]|[12]\d|3[01]|L)W$/.exec(text) ?? [];
  if (near !== undefined) return (day) => day.getUTCDate() === nearestWeekday(near, day);
  const dates = numbers(text, 1, 31);
  return dates && ((day) => dates.includes(day.getUTCDate()));
}

/** Days from 1, Sunday: `2-6`, `L`, Saturday, `6L`, the month's last Friday, or `2#1`, its first Monday. */
function onWeekday(text: string): OnDay | undefined {
  const [, last] = /^([1-7])L$/.exec(text) ?? [];
  if (last !== undefined) return (day) => weekdayOf(day) === Number(last) && day.getUTCDate() > lastDate(day) - 7;
  const [, which, week] = /^([1-7])#([1-5])$/.exec(text) ?? [];
  if (which !== undefined) {
    return (day) => weekdayOf(day) === Number(which) && Math.ceil(day.getUTCDate() / 7) === Number(week);
  }
  const weekdays = numbers(text === 'L' ? '7' : text, 1, 7);
  return weekdays && ((day) => weekdays.includes(weekdayOf(day)));
}

const weekdayOf = (day: Date) => day.getUTCDay() + 1;

const lastDate = (day: Date) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

/** In the month of `day`. */
function nearestWeekday(near: string, day: Date): number | undefined {
  const last = lastDate(day);
  const date = near === 'L' ? last : Number(near);
  if (date > last) return undefined;
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === last ? date - 2 : date + 1;
  return date;
}

/** `MON` as `2`. */
function numbered(text: string, names: readonly string[]): string {
  return text.replace(/[a-z]{3}/gi, (name) => String(names.indexOf(name.toUpperCase()) + 1));
}

/** The values of `*`, `5`, `1-5`, `0/15` and lists of these, in order. */
function numbers(text: string, least: number, most: number): number[] | undefined {
  const found = new Set<number>();
  for (const item of text.split(',')) {
    const [, range, from, to, step] = /^(\*|(\d+)(?:-(\d+))?)(?:\/([1-9]\d*))?$/.exec(item) ?? [];
    if (range === undefined) return undefined;
    const open = range === '*' || (to === undefined && step !== undefined);
    const first = Number(from ?? least);
    const last = open ? most : Number(to ?? from);
    if (first < least || last > most || first > last) return undefined;
    for (let value = first; value <= last; value += Number(step ?? 1)) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}
