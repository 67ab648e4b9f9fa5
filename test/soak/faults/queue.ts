import type { Delivery, QueueProps } from '../../../emulator/sqs/queue.ts';
import type { ScanObjectInput } from '../../../functions/domain/payloads.ts';
import { type Chance, weighted } from '../../support/chance.ts';

/** Per delivery of a scan; `later` and `twice` also put it behind and before others. */
const WEIGHTS = { twice: 0.03, later: 0.03, unseen: 0.01, lost: 0.003 } as const;
export const QUEUE_FAULTS = Object.keys(WEIGHTS) as readonly (keyof typeof WEIGHTS)[];

/** Chance decides by object and the number of its delivery, as for S3. */
export function randomQueueFaults(
  chance: Chance,
  count: (fault: string) => void,
): (...delivery: Parameters<NonNullable<QueueProps['onDeliver']>>) => Delivery | undefined {
  const deliveries = new Map<string, number>();
  return ({ body }, { name: queue }) => {
    if (!queue.includes('ScanObjectQueue')) return undefined;
    const { bucket, object } = (JSON.parse(body) as { input: ScanObjectInput }).input;
    const name = JSON.stringify([bucket, object.key, object.etag]);
    const n = (deliveries.get(name) ?? 0) + 1;
    deliveries.set(name, n);
    const fault = weighted(WEIGHTS, chance.of('delivery', name, n));
    if (fault !== undefined) count(`queue ${fault}`);
    return fault;
  };
}
