import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { EngineLost, type LossReason } from '../../../../functions/adapters/clamav/engine-lost.ts';
import { isolatingEngine } from '../../../../functions/adapters/clamav/isolating-engine.ts';
import { EngineUnavailable } from '../../../../functions/domain/errors.ts';
import type { EngineReply } from '../../../../functions/domain/ports.ts';

const CLEAN: EngineReply = { infected: false, signatures: [], unscanned: [], definitions: '1' };

/** An engine that dies of some files, and takes with it what it scans at the same time. */
function frailEngine(deadly: Readonly<Record<string, LossReason>>) {
  const log: string[] = [];
  let running = new Map<string, (fault: Error) => void>();
  const engine = isolatingEngine({
    start: async () => undefined,
    stop: async () => undefined,
    definitionsVersion: async () => '2',
    async scan(path, milliseconds) {
      log.push(
        `${path}${running.size > 0 ? ` beside ${[...running.keys()].join(' ')}` : ''} ${milliseconds ?? ''}`.trim(),
      );
      const lost = Promise.withResolvers<never>();
      running.set(path, lost.reject);
      const work = (async () => {
        for (let index = 0; index < (path in deadly ? 3 : 6); index += 1) await turn();
        if (running.get(path) !== lost.reject) return await lost.promise;
        if (path === 'unavailable') throw new EngineUnavailable('no engine');
        const reason = deadly[path];
        if (reason === undefined) return CLEAN;
        const victims = running;
        running = new Map();
        for (const end of victims.values()) end(new EngineLost(reason, 'lost'));
        return await lost.promise;
      })();
      try {
        return await Promise.race([work, lost.promise]);
      } finally {
        running.delete(path);
      }
    },
  });
  return { engine, log };
}
const over = (limit: string) => ({
  infected: false,
  signatures: [],
  definitions: '2',
  lost: true,
  unscanned: [{ finding: `limits-exceeded:${limit}`, format: null }],
});

it.each<[LossReason, number]>([
  ['time', 1],
  ['memory', 1],
  // Somebody else may have ended it, twice.
  ['engine', 3],
])('gives a file up that alone loses the engine: %s, after %d scans', async (reason, scans) => {
  const { engine, log } = frailEngine({ bad: reason });
  expect(await engine.scan('bad', 500)).toEqual(over(reason));
  expect(log).toEqual(Array(scans).fill('bad 500'));
});

it('scans everything again, one after another, that an engine was lost with', async () => {
  const { engine, log } = frailEngine({ bad: 'memory' });
  const scans = ['a', 'bad', 'b'].map((path) => engine.scan(path, 500));
  expect(await Promise.all(scans)).toEqual([CLEAN, over('memory'), CLEAN]);
  expect(log.slice(0, 3)).toEqual(['a 500', 'bad beside a 500', 'b beside a bad 500']);
  expect(log.slice(3).toSorted()).toEqual(['a 500', 'b 500', 'bad 500']);
});

it('keeps new scans out of the way of those that run alone', async () => {
  const { engine, log } = frailEngine({ bad: 'time' });
  const first = [engine.scan('a'), engine.scan('bad')];
  for (let index = 0; index < 5; index += 1) await turn();
  const late = engine.scan('late');
  expect(await Promise.all([...first, late])).toEqual([CLEAN, over('time'), CLEAN]);
  expect(log.filter((line) => line.includes('beside'))).toEqual(['bad beside a']);
  expect(await Promise.all([engine.scan('c'), engine.scan('d')])).toEqual([CLEAN, CLEAN]);
  expect(log.at(-1)).toBe('d beside c');
});

it('gives two hostile files up, and spares the others', async () => {
  const { engine } = frailEngine({ bad: 'time', worse: 'memory' });
  const replies = await Promise.all(['a', 'bad', 'b', 'worse', 'c'].map((path) => engine.scan(path)));
  expect(replies).toEqual([CLEAN, over('time'), CLEAN, over('memory'), CLEAN]);
});

it('throws what is no loss, and goes on', async () => {
  const { engine } = frailEngine({ bad: 'time' });
  await expect(engine.scan('unavailable')).rejects.toThrow(EngineUnavailable);
  const [fault, reply] = await Promise.allSettled([engine.scan('unavailable'), engine.scan('bad')]);
  expect(fault).toMatchObject({ status: 'rejected' });
  expect(reply).toEqual({ status: 'fulfilled', value: over('time') });
  expect(await engine.scan('a')).toEqual(CLEAN);
});

it('scans nothing alone while a scan goes on that was not lost, in a clamd that is being replaced', async () => {
  const log: string[] = [];
  const older = Promise.withResolvers<EngineReply>();
  const engine = isolatingEngine({
    start: async () => undefined,
    stop: async () => undefined,
    definitionsVersion: async () => '2',
    async scan(path) {
      log.push(path);
      if (path === 'older') return older.promise;
      if (log.length === 2) throw new EngineLost('memory', 'lost');
      return CLEAN;
    },
  });
  const scans = [engine.scan('older'), engine.scan('file')];
  for (let index = 0; index < 5; index += 1) await turn();
  expect(log).toEqual(['older', 'file']);
  older.resolve(CLEAN);
  expect(await Promise.all(scans)).toEqual([CLEAN, CLEAN]);
  expect(log).toEqual(['older', 'file', 'file']);
});

it('keeps no scan waiting that is cut off, and scans nothing for it later', async () => {
  const cut = new AbortController();
  const log: string[] = [];
  const slow = Promise.withResolvers<EngineReply>();
  const engine = isolatingEngine({
    start: async () => undefined,
    stop: async () => undefined,
    definitionsVersion: async () => '2',
    async scan(path, _milliseconds, signal) {
      signal?.throwIfAborted();
      log.push(path);
      if (log.length <= 3) throw new EngineLost('memory', 'lost');
      return slow.promise;
    },
  });
  const reason = (fault: Error) => fault.message;
  const first = ['a', 'b'].map((path) => engine.scan(path));
  const isolated = engine.scan('cut while its turn was to come', 500, cut.signal).catch(reason);
  for (let index = 0; index < 5; index += 1) await turn();
  const late = engine.scan('cut while others ran alone', 500, cut.signal).catch(reason);
  await turn();
  cut.abort(new Error('cut off'));
  expect(await Promise.all([isolated, late])).toEqual(['cut off', 'cut off']);
  slow.resolve(CLEAN);
  expect(await Promise.all(first)).toEqual([CLEAN, CLEAN]);
  expect(log.slice(3)).toEqual(['a', 'b']);
});
