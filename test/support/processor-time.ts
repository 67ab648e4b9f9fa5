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
