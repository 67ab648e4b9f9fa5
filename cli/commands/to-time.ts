import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError */
export function toTime(text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('not a time, as 2026-01-31T09:00Z.');
}
