import type { Chance } from '../../support/chance.ts';
import { ENGINE_FAULTS, type EngineFault } from '../../support/clamd-proxy.ts';

/** Share of scans; all that run while the engine is killed or hangs fail with the one that it is done to. */
const FAULT = 0.05;
/** In turn, so that none is left out; how often in one round. Those that a time-out ends take seconds. */
const TURNS: Readonly<Record<EngineFault, number>> = {
  killed: 6,
  hung: 1,
  silent: 1,
  hangUp: 3,
  split: 5,
  cutOff: 3,
  unterminated: 3,
  garbage: 3,
  error: 3,
  noRoom: 3,
  otherFile: 3,
};
const ROUND = Array.from({ length: Math.max(...Object.values(TURNS)) }, (_, turn) =>
  ENGINE_FAULTS.filter((fault) => turn < TURNS[fault]),
).flat();

export function randomEngineFaults(chance: Chance, count: (fault: string) => void): () => EngineFault | undefined {
  let scans = 0;
  let faults = 0;
  return () => {
    scans += 1;
    if (chance.of('engine', scans) >= FAULT) return undefined;
    const fault = ROUND[faults % ROUND.length];
    faults += 1;
    if (fault !== undefined) count(`engine ${fault}`);
    return fault;
  };
}
