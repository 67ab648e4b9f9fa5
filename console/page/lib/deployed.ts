import type { Deployed } from '../../server/operations/table.ts';
import { ask } from './call.ts';
import { type Polled, usePolled } from './use-polled.ts';

/** A stack does not change while it runs here. */
const MILLISECONDS = 30_000;

export function useDeployed(): Polled<Deployed> {
  return usePolled('deployed', (signal) => ask('Deployed', {}, signal), MILLISECONDS);
}
