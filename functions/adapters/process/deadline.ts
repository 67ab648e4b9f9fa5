/** How often the clock is looked at: the most that a freeze costs. */
const TICK_MILLISECONDS = 250;
const FEWEST_TICKS = 10;
/** Of a tick: how old the processor time at its beginning may be. */
const SAMPLES_A_TICK = 5;

let sample = { at: Number.NEGATIVE_INFINITY, used: process.cpuUsage() };

/** What this process has used so far, or a little while ago: asking goes through every thread, for each of many scans. */
function recentUse(now: number, maxAge: number): NodeJS.CpuUsage {
  if (Math.abs(now - sample.at) > maxAge) sample = { at: now, used: process.cpuUsage() };
  return sample.used;
}

/**
 * Calls `late` once this process could run for that long. Lambda may initialize a sandbox ahead of its first use and
 * then freeze it, for hours: clocks go on, and a timer that ran out meanwhile fires before anything that has arrived
 * is read. So the time is counted in ticks. One that comes much too late counts as one on time, or as the processor
 * time that was used since the last: a process that kept itself busy was not frozen.
 * @returns ends it
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function deadline(milliseconds: number, late: () => void): () => void {
  const ticks = Math.max(FEWEST_TICKS, Math.ceil(milliseconds / TICK_MILLISECONDS));
  const tick = Math.max(1, milliseconds / ticks);
  let left = milliseconds;
  let before = performance.now();
  const maxAge = tick / SAMPLES_A_TICK;
  let used = recentUse(before, maxAge);
  const timer = setInterval(() => {
    const now = performance.now();
    const elapsed = now - before;
    left -= elapsed > 2 * tick ? Math.min(elapsed, Math.max(tick, millisecondsSince(used))) : elapsed;
    before = now;
    used = recentUse(now, maxAge);
    if (left > 0) return;
    clearInterval(timer);
    late();
  }, tick);
  return () => clearInterval(timer);
}

function millisecondsSince(used: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(used);
  return (user + system) / 1000;
}

/** The work's result, or undefined when it takes longer; the work continues, but its result is ignored. */
export async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const end = deadline(Math.max(0, milliseconds), () => late.resolve(undefined));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    end();
  }
}
