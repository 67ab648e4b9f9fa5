const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `37 ms`, `4.2 s`, `3 min 5 s`, `2 h 4 min`, `3 d 4 h` */
export function duration(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  if (whole < SECOND) return `${whole} ms`;
  // 59.95 s would be called 60.0 s.
  if (whole < MINUTE - 50) return `${(whole / SECOND).toFixed(1)} s`;
  if (whole < HOUR) return pair(Math.max(whole, MINUTE), MINUTE, 'min', SECOND, 's');
  if (milliseconds < DAY) return pair(milliseconds, HOUR, 'h', MINUTE, 'min');
  return pair(milliseconds, DAY, 'd', HOUR, 'h');
}

function pair(milliseconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const units = Math.floor(milliseconds / large);
  return `${units} ${largeUnit} ${Math.floor((milliseconds - units * large) / small)} ${smallUnit}`;
}

/** `09:24:05` in the reader's time zone. */
export const clockTime = (time: string | number | Date) => new Date(time).toLocaleTimeString('en-GB');

/** `2026-11-27 09:24:05.123` in the reader's time zone. */
export function fullTime(time: string | number | Date): string {
  const date = new Date(time);
  const part = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const day = [date.getFullYear(), part(date.getMonth() + 1), part(date.getDate())].join('-');
  return `${day} ${clockTime(date)}.${part(date.getMilliseconds(), 3)}`;
}

/** `1.2 kB`, `3.4 MB` */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}

/** `10,000` */
export const count = (number: number) => number.toLocaleString('en-US');
