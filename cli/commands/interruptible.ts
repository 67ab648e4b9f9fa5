import { interruption } from './interruption.ts';
import { tell } from './output.ts';

/**
 * Lets `work` end by itself on Ctrl-C, by the signal; a second Ctrl-C ends the process at once.
 * @param after what to say then
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>, after: string): Promise<void> {
  const interrupted = interruption();
  try {
    await work(interrupted.signal);
  } catch (fault) {
    if (!interrupted.signal.aborted) throw fault;
    tell(after);
    process.exitCode = interrupted.code();
  } finally {
    interrupted.end();
  }
}
