import type { HostileCase } from './hostile-case.ts';
import { sampleOf } from './sample.ts';
import { type Scanning, said } from './scanning.ts';

/** @throws with the verdict, the right ones, and how to build the same bytes again */
export async function expectVerdict(
  { name, build, verdicts }: HostileCase,
  seed: string,
  scanning: Scanning,
): Promise<void> {
  const content = await build(sampleOf(seed, name));
  const verdict = said(await scanning.scan(content));
  const right = verdicts.some((one) => one === verdict || (one === 'UNSCANNABLE' && verdict.startsWith(one)));
  if (right) return;
  throw new Error(`${verdict}, where right is ${verdicts.join(' or ')}; again with CONTAINER_SEED=${seed}`);
}
