import type { Attack } from './attack.ts';
import { FORGING } from './forging.ts';
import { PASSING_OFF } from './passing-off.ts';
import { READING } from './reading.ts';

/** What is refused first: what succeeds leaves objects behind. */
export const ATTACKS: readonly Attack[] = [...READING, ...FORGING, ...PASSING_OFF];
