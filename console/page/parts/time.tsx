import { clockTime, fullTime } from '../lib/format.ts';

/** A time of day; the whole time is in its title. */
export function Time({ at }: { readonly at: string | number }) {
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={fullTime(date)}>
      {clockTime(date)}
    </time>
  );
}
