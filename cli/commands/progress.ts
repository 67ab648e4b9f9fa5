import type { RescanProgress } from '../operations/follow-rescan.ts';
import { duration, number } from './figures.ts';
import { colors, outputSettings, tell } from './output.ts';

/** How far something has come, on stderr: one line that changes on a terminal, elsewhere a line now and then. */
export interface Progress {
  /** Whether to print it now is decided here. */
  update(text: () => string): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
}

/** Milliseconds between two lines. */
const TERMINAL_MS = 200;
const ELSEWHERE_MS = 30_000;

export function startProgress(): Progress {
  const { stderr } = process;
  const isTerminal = stderr.isTTY === true;
  let next = Date.now() + (isTerminal ? 0 : ELSEWHERE_MS);
  let drawn = false;
  const clear = () => {
    if (drawn) stderr.write('\r\u001b[2K');
    drawn = false;
  };
  return {
    update(text) {
      const now = Date.now();
      if (now < next || outputSettings().quiet) return;
      next = now + (isTerminal ? TERMINAL_MS : ELSEWHERE_MS);
      if (!isTerminal) return tell(text());
      clear();
      stderr.write(colors(stderr).dim(text().slice(0, Math.max(1, (stderr.columns ?? 80) - 1))));
      drawn = true;
    },
    clear,
  };
}

/** How far a Map Run has come, in a line. */
export function underWay({ listed, done, failed, startedAt }: RescanProgress): string {
  const rate = done / Math.max(0.001, (Date.now() - startedAt.getTime()) / 1000);
  return [
    `${number(done)} of ${number(listed)} objects listed so far`,
    ...(failed > 0 ? [`${number(failed)} failed`] : []),
    `${number(Math.round(rate))}/s`,
    ...(rate > 0 ? [`${duration((listed - done) / rate)} left for those`] : []),
  ].join(', ');
}
