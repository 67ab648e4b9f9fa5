import { describe, expect, it } from '@jest/globals';
import { cutOff, unlessCut } from '../../../../functions/adapters/process/cut-off.ts';

const endless = new Promise<never>(() => undefined);

describe('cutOff', () => {
  it('gives the result of what ends in time, and its fault', async () => {
    expect(await cutOff(async (signal) => signal.aborted, 10_000)).toBe(false);
    await expect(cutOff(async () => Promise.reject(new Error('fault')), 10_000)).rejects.toThrow('fault');
  });

  it.each(['returns', 'throws'])('ends the rest, and waits until it has ended: it %s', async (how) => {
    let ended = false;
    const work = (signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        signal.addEventListener('abort', () => {
          setImmediate(() => {
            ended = true;
            if (how === 'returns') resolve('late');
            else reject(signal.reason);
          });
        });
      });
    expect(await cutOff(work, 10)).toBeUndefined();
    expect(ended).toBe(true);
  });

  it('does not wait forever for what does not end', async () => {
    expect(await cutOff(() => endless, 10, 10)).toBeUndefined();
  });
});

describe('unlessCut', () => {
  it('gives what the work gives while nothing is cut off', async () => {
    expect(await unlessCut(Promise.resolve(1), undefined)).toBe(1);
    expect(await unlessCut(Promise.resolve(1), new AbortController().signal)).toBe(1);
    await expect(unlessCut(Promise.reject(new Error('fault')), new AbortController().signal)).rejects.toThrow('fault');
  });

  it('throws the reason at once, before and during the work', async () => {
    await expect(unlessCut(endless, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    await expect(unlessCut(Promise.resolve(1), AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    const cut = new AbortController();
    const waiting = unlessCut(endless, cut.signal);
    cut.abort(new Error('during'));
    await expect(waiting).rejects.toThrow('during');
  });
});
