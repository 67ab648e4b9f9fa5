import { isDeepStrictEqual } from 'node:util';
import type { Notification } from '../../functions/domain/notification.ts';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import type { Ledger } from './ledger.ts';

export const SERVICES = ['sns', 'events'] as const;
type Service = (typeof SERVICES)[number];

/** What the pipeline's receivers get. */
export type Message = Notification | RescanSummary;

interface About {
  readonly bucket: string;
  readonly key?: string;
}

/** All messages of one kind that receivers got, as often as they got them. */
export class Told<Kind extends About> {
  readonly #byId: ReadonlyMap<string, Readonly<Record<Service, readonly Kind[]>>>;

  /** @param idOf the id that receivers dedupe by */
  constructor(received: Readonly<Record<Service, readonly Kind[]>>, idOf: (message: Kind) => string) {
    const all = SERVICES.flatMap((service) => received[service].map((message) => ({ service, message })));
    const byId = Map.groupBy(all, ({ message }) => idOf(message));
    this.#byId = new Map(
      [...byId].map(([id, messages]) => {
        const of = (wanted: Service) =>
          messages.filter(({ service }) => service === wanted).map(({ message }) => message);
        return [id, { sns: of('sns'), events: of('events') }];
      }),
    );
  }

  by(service: Service, id: string): readonly Kind[] {
    return this.#byId.get(id)?.[service] ?? [];
  }

  /** At least once, and the id dedupes: whoever keeps one message of each id misses nothing. */
  check(ledger: Ledger, known: ReadonlySet<string>): void {
    for (const [id, { sns, events }] of this.#byId) {
      const [first, ...others] = [...sns, ...events].map((message) => ({ ...message, durations: undefined }));
      if (first === undefined) continue;
      const about = { bucket: first.bucket, key: first.key ?? '' };
      if (!known.has(id)) ledger.complain(about, `report of ${id}, which is neither a scan nor a rescan`);
      if (others.some((other) => !isDeepStrictEqual(other, first)))
        ledger.complain(about, 'reported in different words');
      if (sns.length > 1) ledger.count('reported again by sns', sns.length - 1);
      if (events.length > 1) ledger.count('reported again by events', events.length - 1);
    }
  }
}

/** Reports of verdicts and of rescans arrive together. */
export function sorted({ sns, events }: Readonly<Record<Service, readonly Message[]>>) {
  const isVerdict = (message: Message): message is Notification => 'scanId' in message;
  const isSummary = (message: Message): message is RescanSummary => !isVerdict(message);
  const verdicts = { sns: sns.filter(isVerdict), events: events.filter(isVerdict) };
  const summaries = { sns: sns.filter(isSummary), events: events.filter(isSummary) };
  return {
    verdicts: new Told(verdicts, ({ scanId }) => scanId),
    summaries: new Told(summaries, ({ runId }) => runId),
  };
}
