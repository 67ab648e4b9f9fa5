const TURN_MILLISECONDS = 10;

let since = performance.now();

/**
 * For work that never waits: lets others have a turn if the last one is a while ago. Deadlines and other scans share
 * this thread.
 */
export function letOthersIn(): Promise<void> | undefined {
  if (performance.now() - since < TURN_MILLISECONDS) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      since = performance.now();
      resolve();
    });
  });
}
