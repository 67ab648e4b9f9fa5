import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

/** `Date` alone would parse `9` as September 2001. */
const ZONES = { offset: true, local: true };
const Time = z.union([z.iso.date(), z.iso.datetime(ZONES), z.iso.datetime({ ...ZONES, precision: -1 })]);

/** @throws InvalidArgumentError */
export function toTime(text: string): Date {
  if (Time.safeParse(text).success) return new Date(text);
  throw new InvalidArgumentError('not a time like 2026-01-31T09:00Z.');
}
