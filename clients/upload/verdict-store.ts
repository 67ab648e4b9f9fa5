import type { UploadVerdict } from './protocol.ts';

export type StoredVerdict = Pick<UploadVerdict, 'status' | 'finding'>;

/**
 * Where verdicts on objects that are gone are kept: with `onInfected: quarantine` or `delete` no tag is left to look
 * at. An application of several processes gives one that they share.
 */
export interface VerdictStore {
  get(key: string): Promise<StoredVerdict | undefined>;
  set(key: string, verdict: StoredVerdict): Promise<void>;
}

/** The oldest are forgotten beyond this. */
const KEPT = 10_000;

/** In this process. */
export function memoryStore(): VerdictStore {
  const verdicts = new Map<string, StoredVerdict>();
  return {
    get: async (key) => verdicts.get(key),
    async set(key, verdict) {
      verdicts.delete(key);
      verdicts.set(key, verdict);
      if (verdicts.size <= KEPT) return;
      for (const oldest of verdicts.keys()) {
        verdicts.delete(oldest);
        break;
      }
    },
  };
}
