import { tell } from './output.ts';

/** Exit code of a command that Ctrl-C ended, as shells have it. */
export const INTERRUPTED = 130;

/**
 * Lets `work` end by itself on Ctrl-C, by the signal; a second Ctrl-C ends the process at once.
 * @param after what to say then
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>, after: string): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(INTERRUPTED);
    interruption.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    await work(interruption.signal);
  } catch (fault) {
    if (!interruption.signal.aborted) throw fault;
    tell(after);
    process.exitCode = INTERRUPTED;
  } finally {
    process.off('SIGINT', interrupt);
  }
}
