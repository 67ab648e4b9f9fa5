import { interruption } from './interruption.ts';
import { tell } from './output.ts';

/**
 * Lets `work` end by itself on Ctrl-C, by the signal; the exit code is then 128 and the number of the signal.
 * @param after what to say then
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>, after: string): Promise<void> {
  const { signal, code, end } = interruption();
  try {
    await work(signal);
  } catch (fault) {
    if (!signal.aborted) throw fault;
    tell(after);
    process.exitCode = code();
  } finally {
    end();
  }
}
