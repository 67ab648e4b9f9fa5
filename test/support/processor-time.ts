import { readFileSync } from 'node:fs';

/** The kernel's unit of time in /proc, on every Linux that Node runs on. */
const TICK_MS = 10;

/**
 * Measures the time of the processor that this process uses, milliseconds: on a busy machine it is the same, unlike the
 * time on the wall. For work whose cost must grow with its input and not with its square.
 */
export function startProcessorTime(): () => number {
  const begun = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  };
}

/** What another process has used up to now, milliseconds in steps of ten; 0 when it has ended. Linux only. */
export function processorMsOf(pid: number): number {
  const [user, system] = ticksOf(pid, 11, 12);
  return (user + system) * TICK_MS;
}

/** The same of this process's children that have ended. */
export function processorMsOfEndedChildren(): number {
  const [user, system] = ticksOf(process.pid, 13, 14);
  return (user + system) * TICK_MS;
}

/** @param user,system places of the fields behind the name, which may hold anything */
function ticksOf(pid: number, user: number, system: number): [number, number] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return [Number(fields[user]), Number(fields[system])];
  } catch {
    return [0, 0];
  }
}
