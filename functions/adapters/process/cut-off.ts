import { within } from './deadline.ts';

/** After a cut there is only closing, ending and removing to do. */
const CLEAN_UP_MILLISECONDS = 5000;

/**
 * The work's result, or undefined when it takes longer. Then its signal is aborted, so that it ends, and what it held
 * is free again when this resolves.
 *
 * @param cleanUpMilliseconds how long to wait for that
 */
export async function cutOff<T>(
  work: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
  cleanUpMilliseconds = CLEAN_UP_MILLISECONDS,
): Promise<T | undefined> {
  const cut = new AbortController();
  const running = work(cut.signal);
  const done = await within(
    running.then((result) => ({ result })),
    milliseconds,
  );
  if (done !== undefined) return done.result;
  cut.abort(new Error('cut off at the time limit'));
  const ended = running.then(
    () => true,
    () => true,
  );
  await within(ended, cleanUpMilliseconds);
  return undefined;
}

/** The work's result; after an abort the signal's reason, whatever becomes of the work. */
export async function unlessCut<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const cut = Promise.withResolvers<never>();
  const onAbort = () => cut.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([cut.promise, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
