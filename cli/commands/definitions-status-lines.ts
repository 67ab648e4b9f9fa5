import { oneLine } from '../../functions/domain/one-line.ts';
import type { DefinitionsStatus } from '../operations/definitions/status.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The status for people. */
export function statusLines(status: DefinitionsStatus, now: Date): string[] {
  const time = (at: string | null) => (at === null ? '-' : `${at} (${ageOf(now.getTime() - Date.parse(at))} ago)`);
  const { hold, own, exemptions, kept, refused, faults } = status;
  const listed = [
    line('version', status.version ?? '-'),
    line('published', time(status.publishedAt)),
    line('last check', time(status.checkedAt)),
    line('signatures of', time(status.signaturesTime)),
    ...(hold === null ? [] : [line('held until', `${hold.until}, ${decided(hold)}`)]),
    ...status.files.map(({ name, size }) => line('file', `${name}, ${size} bytes`)),
    ...own.map(({ name, size, at, by, reason, allows }) =>
      line('own file', `${name}, ${size} bytes${allows ? ', an allow-list' : ''}, ${decided({ at, by, reason })}`),
    ),
    ...exemptions.map((one) => {
      const what = one.kind === 'signature' ? one.name : one.sha256;
      const ended = one.removed === undefined ? '' : `; removed ${decided(one.removed)}`;
      const state = one.removed === undefined && !one.inUse ? ' (not in use yet)' : '';
      return line(one.kind === 'signature' ? 'ignored' : 'exempt', `${what}${state}, ${decided(one)}${ended}`);
    }),
    ...kept.map(({ set, version, publishedAt }) => line('kept', `${set}, version ${version}, of ${publishedAt}`)),
    ...refused.map(({ who, at, what }) => line('refused', `${at} by ${who}: ${what}`)),
    ...faults.map((fault) => line('wrong', fault)),
  ];
  return listed.map(oneLine);
}

const line = (name: string, value: string) => `${`${name}:`.padEnd(15)}${value}`;

function decided({
  at,
  by,
  reason,
}: {
  readonly at: string;
  readonly by: string | null;
  readonly reason: string | null;
}) {
  return [at, by === null ? '' : `by ${by}`, reason === null ? '' : `: ${reason}`]
    .filter(Boolean)
    .join(' ')
    .replace(' : ', ': ');
}

function ageOf(milliseconds: number): string {
  if (milliseconds < 2 * HOUR) return `${Math.max(0, Math.round(milliseconds / MINUTE))} min`;
  if (milliseconds < 2 * DAY) return `${Math.round(milliseconds / HOUR)} h`;
  return `${Math.round(milliseconds / DAY)} days`;
}
