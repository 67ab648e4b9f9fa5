import { z } from 'zod';
import { FUNCTIONS } from './measurement.ts';
import { type CostSettings, DEFAULT_SETTINGS } from './settings.ts';

const Size = z.strictObject({ memoryMb: z.int().positive(), architecture: z.enum(['x86_64', 'arm64']) });
const Level = z.enum(['ALL', 'ERROR', 'OFF']);

/** What a stack's uploads and rescans cost depends on: its output `Cost` as JSON, which the CLI reads. */
export const DeployedCost = z.strictObject({
  workflow: z.enum(['STANDARD', 'EXPRESS']),
  logLevel: z.strictObject({ STANDARD: Level, EXPRESS: Level }),
  tracing: z.boolean(),
  tags: z.enum(['full', 'status']),
  channels: z.strictObject({ sns: z.boolean(), events: z.boolean() }),
  /** Those that the stack has. */
  functions: z.partialRecord(z.enum(FUNCTIONS), Size),
});
export type DeployedCost = z.infer<typeof DeployedCost>;

export const settingsOfDeployed = (deployed: DeployedCost, versioned = true): CostSettings => ({
  ...deployed,
  versioned,
  functions: { ...DEFAULT_SETTINGS.functions, ...deployed.functions },
});
