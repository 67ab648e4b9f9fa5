import { useEffect, useRef, useState } from 'preact/hooks';

export interface Polled<T> {
  /** undefined until the first answer. */
  readonly value: T | undefined;
  /** Of the last time; the value stays what it was before. */
  readonly fault: Error | undefined;
  /** Asks again now. */
  refresh(): void;
}

/** Milliseconds between the end of a load and the next one. */
export const POLL_MILLISECONDS = 1000;
/** A load that takes long is repeated less often: it may use this part of the time. */
const SHARE_OF_TIME = 0.25;
/** After one long load the next ones are mostly short. */
const LONGEST_PAUSE_MILLISECONDS = 3000;

/**
 * Loads now, again and again while the page is visible, and anew when `key` changes.
 * @param load gets what it loaded before, so that it can ask for what is new
 * @param milliseconds between two loads
 * @param share of the time that loads may take: 0 to 1
 */
export function usePolled<T>(
  key: string,
  load: (signal: AbortSignal, previous: T | undefined) => Promise<T>,
  milliseconds = POLL_MILLISECONDS,
  share = SHARE_OF_TIME,
): Polled<T> {
  const [state, setState] = useState<{ key: string; value?: T; fault?: Error }>({ key });
  const latest = useRef(load);
  latest.current = load;
  const again = useRef<() => void>(() => undefined);

  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running = false;
    /** Somebody has asked while a load was under way, whose answer may be older than what he did. */
    let wanted = false;
    let value: T | undefined;

    async function run(): Promise<void> {
      clearTimeout(timer);
      if (running) wanted = true;
      if (running || ended.signal.aborted) return;
      running = true;
      wanted = false;
      const start = performance.now();
      try {
        value = await latest.current(ended.signal, value);
        if (!ended.signal.aborted) setState({ key, value });
      } catch (fault) {
        if (!ended.signal.aborted) setState({ key, fault: fault as Error, ...(value !== undefined && { value }) });
      }
      running = false;
      const took = performance.now() - start;
      if (!ended.signal.aborted && !document.hidden) {
        const pause = Math.min(took / share - took, LONGEST_PAUSE_MILLISECONDS);
        timer = setTimeout(run, wanted ? 0 : Math.max(milliseconds, pause));
      }
    }
    again.current = () => void run();
    const onVisible = () => void (document.hidden || run());
    document.addEventListener('visibilitychange', onVisible);
    void run();
    return () => {
      ended.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [key, milliseconds, share]);

  // What belongs to another key is not shown under this one.
  const current = state.key === key ? state : undefined;
  return { value: current?.value, fault: current?.fault, refresh: () => again.current() };
}
