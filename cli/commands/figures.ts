import type { Amount } from '../../functions/domain/cost/by-size.ts';

const CENT = 0.01;
const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** `$1,234`, `$12.35`, and of less than a cent two digits: `$0.00012`. */
export function dollars(usd: number): string {
  if (usd >= 1000) return `$${Math.round(usd).toLocaleString('en-US')}`;
  if (usd === 0 || usd >= CENT) return `$${usd.toFixed(2)}`;
  return `$${usd.toFixed(1 - Math.floor(Math.log10(usd)))}`;
}

/** `12 h`, `3.5 days`, `95 days`. */
export function days(count: number): string {
  if (count < 1) return `${Math.round(count * 24)} h`;
  const rounded = count < 10 ? Number(count.toFixed(1)) : Math.round(count);
  return `${rounded} day${rounded === 1 ? '' : 's'}`;
}

/** `1,234 objects, 12.3 GB` */
export function objectsAndBytes({ objects, bytes }: Amount): string {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const size = bytes / 1000 ** unit;
  return `${objects.toLocaleString('en-US')} objects, ${unit === 0 ? size : size.toPrecision(3)} ${UNITS[unit]}`;
}

/** `12 s`, `3 min`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** `1,234`. */
export const number = (count: number): string => count.toLocaleString('en-US');
