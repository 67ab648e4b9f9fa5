import { isDeepStrictEqual } from 'node:util';
import type { Notification } from '../../functions/domain/notification.ts';
import type { Ledger } from './ledger.ts';

export const SERVICES = ['sns', 'events'] as const;
type Service = (typeof SERVICES)[number];

/** All that receivers got, as often as they got it. */
export class Told {
  readonly #byScan: ReadonlyMap<string, Readonly<Partial<Record<Service, readonly Notification[]>>>>;

  constructor(received: Readonly<Record<Service, readonly Notification[]>>) {
    const all = SERVICES.flatMap((service) => received[service].map((notification) => ({ service, notification })));
    const byScan = Map.groupBy(all, ({ notification }) => notification.scanId);
    this.#byScan = new Map(
      [...byScan].map(([scanId, messages]) => {
        const of = (wanted: Service) =>
          messages.filter(({ service }) => service === wanted).map(({ notification }) => notification);
        return [scanId, { sns: of('sns'), events: of('events') }];
      }),
    );
  }

  by(service: Service, scanId: string): readonly Notification[] {
    return this.#byScan.get(scanId)?.[service] ?? [];
  }

  /** At least once, and the scan id dedupes: whoever keeps one message of each scan id misses nothing. */
  check(ledger: Ledger): void {
    const scans = new Set(ledger.ended.map(({ result }) => result.arn));
    for (const [scanId, { sns = [], events = [] }] of this.#byScan) {
      const [first, ...others] = [...sns, ...events].map(({ durations: _, ...rest }) => rest);
      if (first === undefined) continue;
      if (!scans.has(scanId)) ledger.complain(first, `told of ${scanId}, which is no scan`);
      if (others.some((other) => !isDeepStrictEqual(other, first))) ledger.complain(first, 'told in different words');
      if (sns.length > 1) ledger.count('told again by sns', sns.length - 1);
      if (events.length > 1) ledger.count('told again by events', events.length - 1);
    }
  }
}
