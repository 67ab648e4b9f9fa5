import type { Bucket } from '../../../infra/limits/aws-quotas.ts';

/** A token bucket of AWS. Times are seconds and must not go back. */
export interface TokenBucket {
  /** Whether there is a token now; takes it. */
  tryTake(now: number): boolean;
  /** Takes `tokens` in turn; the time at which the last of them is there. */
  takeInTurn(tokens: number, now: number): number;
}

export function createTokenBucket({ size, perSecond }: Bucket): TokenBucket {
  let tokens = size;
  let at = 0;
  const refill = (now: number) => {
    if (now <= at) return;
    tokens = Math.min(size, tokens + (now - at) * perSecond);
    at = now;
  };
  return {
    tryTake(now) {
      refill(now);
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    takeInTurn(wanted, now) {
      refill(now);
      // Below zero: those before this one wait too.
      tokens -= wanted;
      if (tokens >= 0) return now;
      return Math.max(now, at) - tokens / perSecond;
    },
  };
}
