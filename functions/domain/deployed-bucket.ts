import { z } from 'zod';
import { DeployedStarts } from './deployed-starts.ts';
import { DeployedGate } from './gate/deployed-gate.ts';

/** What the CLI needs to know about one watched bucket: the stack's output `WatchedBucket…Deployed…` as JSON. */
export const DeployedBucket = z.strictObject({ gate: DeployedGate, starts: DeployedStarts });
export type DeployedBucket = z.infer<typeof DeployedBucket>;
