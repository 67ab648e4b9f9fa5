import { readCron } from './cron.ts';

const DAY = 1440;
const UNITS = { minute: 1, hour: 60, day: DAY } as const;

/** The days of 28 years, after which weekdays and dates come round again. */
const CALENDAR = Array.from({ length: 28 * 365 + 7 }, (_, day) => new Date(Date.UTC(2027, 0, 1 + day)));

/** The longest an alarm can look back, days: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html */
export const LONGEST_LATE_DAYS = 7;
const LONGEST_FIRST_WINDOW_DAYS = 366;
/** How much longer a run may take than the previous one. */
const RUN_MINUTES = 6 * 60;

/**
 * The longest time from one run to the next, minutes; Infinity when the runs end.
 *
 * @param schedule `rate(…)` or `cron(…)` of EventBridge Scheduler
 * @returns undefined when it is neither
 */
export function longestPause(schedule: string): number | undefined {
  const [, count, unit] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (count !== undefined) return Number(count) * UNITS[unit as keyof typeof UNITS];

  const cron = readCron(schedule);
  if (cron === undefined) return undefined;
  const { times, runsOn, ends } = cron;
  const runs = CALENDAR.flatMap((day, index) => (runsOn(day) ? [index] : []));
  if (ends || runs.length < 2) return Number.POSITIVE_INFINITY;
  const overnight = (times[0] ?? 0) - (times.at(-1) ?? 0);
  return Math.max(...pauses(times), ...pauses(runs).map((days) => days * DAY + overnight));
}

/** The same in days; null where it never runs, or only once more. */
export function everyDaysOf(schedule: string | null): number | null {
  const minutes = schedule === null ? undefined : longestPause(schedule);
  return minutes === undefined || !Number.isFinite(minutes) ? null : minutes / DAY;
}

const pauses = (moments: readonly number[]) =>
  moments.slice(1).map((moment, index) => moment - (moments[index] as number));

export interface Timing {
  /** null: only by hand. */
  readonly schedule: string | null;
  readonly flexibleMinutes: number;
}

/** Days after which a run is late for certain; Infinity where the runs come to an end. */
function leastLateDays({ schedule, flexibleMinutes }: Timing): number {
  const pause = schedule === null ? 0 : (longestPause(schedule) ?? 0);
  return Math.ceil((pause + flexibleMinutes + RUN_MINUTES) / DAY);
}

/** Default of `lateAfterDays`: two days, or more if the schedule needs them. */
export function defaultLateAfterDays(timing: Timing): number | null {
  return timing.schedule === null ? null : Math.max(2, leastLateDays(timing));
}

/** What is wrong with `lateAfterDays` for this schedule, and the key to change. */
export function lateFault(timing: Timing & { readonly lateAfterDays?: number | null | undefined }) {
  const { schedule, lateAfterDays } = timing;
  if (lateAfterDays === null || (schedule === null && lateAfterDays === undefined)) return undefined;
  if (schedule === null) return { key: 'lateAfterDays', message: 'has no meaning without a schedule' } as const;
  const least = leastLateDays(timing);
  if (least > LONGEST_LATE_DAYS) {
    const message = `is too rare for an alarm on late runs, which looks back ${LONGEST_LATE_DAYS} days: set "lateAfterDays": null`;
    return { key: 'schedule', message } as const;
  }
  if (lateAfterDays === undefined || lateAfterDays >= least) return undefined;
  const message = `would go off between two runs of schedule ${schedule}: at least ${least}, or null for no alarm`;
  return { key: 'lateAfterDays', message } as const;
}

/**
 * How far back the first run looks, in days: to where the previous run would have been. The deployment was later, so
 * no object since then is missed.
 */
export function firstWindowDays(schedule: string): number {
  return Math.min(LONGEST_FIRST_WINDOW_DAYS, Math.ceil((longestPause(schedule) ?? DAY) / DAY));
}
