import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

/** `Date` alone would parse `9` as September 2001. */
const ZONES = { offset: true, local: true };
const Time = z.union([z.iso.date(), z.iso.datetime(ZONES), z.iso.datetime({ ...ZONES, precision: -1 })]);

const AGO = /^(\d{1,5})([mhd])$/;
const MILLISECONDS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time in ISO 8601, or so long ago: `90m`, `2h`, `14d`.
 * @throws InvalidArgumentError
 */
export function toTime(text: string): Date {
  if (Time.safeParse(text).success) return new Date(text);
  const [, count, unit = ''] = AGO.exec(text) ?? [];
  if (count !== undefined) return new Date(Date.now() - Number(count) * (MILLISECONDS[unit] ?? 0));
  throw new InvalidArgumentError('not a time like 2026-01-31T09:00Z, 2h or 1d.');
}
