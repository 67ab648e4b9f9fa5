import type { Heard, Notice } from '../../server/operations/table.ts';

export interface Notices {
  readonly listener: string;
  /** Newest first. */
  readonly all: readonly Notice[];
  readonly dropped: number;
  readonly fault: string | undefined;
}

/** What is known, with what was heard since; it keeps what the server keeps. */
export function withNews(previous: Notices | undefined, heard: Heard): Notices {
  const { listener, notices, dropped, fault } = heard;
  const before = previous?.listener === listener ? previous.all : [];
  const isSame = notices.length === 0 && (before.at(-1)?.number ?? dropped + 1) > dropped;
  const all = isSame ? before : [...notices.toReversed(), ...before].filter(({ number }) => number > dropped);
  return { listener, all, dropped, fault };
}
