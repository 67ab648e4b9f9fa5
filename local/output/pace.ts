import { readableTime } from './terminal.ts';

/** How far something is: `1,204 of 9,000 files, 31/s, 4 min left`. */
export interface Pace {
  /** @param total undefined: nobody knows yet */
  text(done: number, total: number | undefined): string;
}

/** @param noun what is counted, in the plural */
export function startPace(noun: string, now: () => number = Date.now): Pace {
  const begun = now();
  return {
    text(done, total) {
      const seconds = (now() - begun) / 1000;
      const rate = seconds > 0 ? done / seconds : 0;
      const of = total === undefined ? '' : ` of ${total.toLocaleString('en')}`;
      const left = rate > 0 && total !== undefined ? `, ${readableTime(((total - done) / rate) * 1000)} left` : '';
      const perSecond = rate >= 10 ? Math.round(rate).toLocaleString('en') : rate.toFixed(1);
      return `${done.toLocaleString('en')}${of} ${noun}${rate > 0 ? `, ${perSecond}/s` : ''}${left}`;
    },
  };
}
