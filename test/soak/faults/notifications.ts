import { type Chance, weighted } from '../../support/chance.ts';
import type { EventsFault, SnsFault } from '../../support/notification-faults.ts';
import type { Message } from '../told.ts';

/** Per request. */
const WEIGHTS = {
  internalError: 0.01,
  throttled: 0.01,
  unconfirmed: 0.006,
  reset: 0.006,
  lostAnswer: 0.01,
  resetMidBody: 0.006,
  truncated: 0.006,
  slow: 0.006,
  stalled: 0.005,
  denied: 0.006,
} as const;
const SNS_WEIGHTS: Readonly<Record<SnsFault, number>> = { ...WEIGHTS, keyThrottled: 0.006 };
const EVENTS_WEIGHTS: Readonly<Record<EventsFault, number>> = { ...WEIGHTS, failedEntry: 0.01 };

/** The share of objects for which almost all notifications fail, so that retries run out: each service, and both. */
const STORMS = { sns: 0.006, events: 0.006, both: 0.004 } as const;
const STORM = 0.95;
const STORM_FAULTS = ['internalError', 'throttled', 'reset', 'lostAnswer'] as const;

export interface NotificationFaults {
  readonly sns: (message: Message) => SnsFault | undefined;
  readonly events: (message: Message) => EventsFault | undefined;
  /** Ids of scans and rescans that one of the two was denied for good. */
  readonly denied: ReadonlySet<string>;
}

/** Chance decides by object and the request's number, as for S3. */
export function randomNotificationFaults(chance: Chance, count: (fault: string) => void): NotificationFaults {
  const requests = new Map<string, number>();
  const denied = new Set<string>();

  function choose<F extends SnsFault | EventsFault>(
    service: 'sns' | 'events',
    weights: Readonly<Record<F, number>>,
    stormFaults: readonly F[],
    message: Message,
  ): F | undefined {
    const { id, bucket, key } = subjectOf(message);
    const name = JSON.stringify([service, bucket, key]);
    const n = (requests.get(name) ?? 0) + 1;
    requests.set(name, n);
    const storm = weighted(STORMS, chance.of('silence', key));
    const stormy = (storm === 'both' || storm === service) && chance.of('silence', name, n) < STORM;
    const fault = stormy
      ? chance.pick(stormFaults, 'silence', name, n, 'fault')
      : weighted(weights, chance.of(name, n));
    if (fault !== undefined) count(`${service} ${fault}`);
    if (fault === 'denied') denied.add(id);
    return fault;
  }

  return {
    sns: (message) => choose('sns', SNS_WEIGHTS, STORM_FAULTS, message),
    events: (message) => choose('events', EVENTS_WEIGHTS, STORM_FAULTS, message),
    denied,
  };
}

/** A summary has no key. The name of its execution takes the place. */
function subjectOf(message: Message): { readonly id: string; readonly bucket: string; readonly key: string } {
  if ('scanId' in message) return { id: message.scanId, bucket: message.bucket, key: message.key };
  const { runId, bucket } = message;
  return { id: runId, bucket, key: runId.split(':').at(-1) ?? '' };
}
