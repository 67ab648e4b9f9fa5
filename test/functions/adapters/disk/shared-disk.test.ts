import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ShareUsedUp } from '../../../../functions/adapters/disk/share-used-up.ts';
import { sharedDisk } from '../../../../functions/adapters/disk/shared-disk.ts';
import { ScratchFull } from '../../../../functions/domain/errors.ts';
import type { DiskRoom } from '../../../../functions/domain/ports.ts';

const turn = () => new Promise(setImmediate);
const MB = 1024 ** 2;

/** Two objects without a byte fit beside each other. */
const smallDisk = () =>
  sharedDisk(
    () => 100,
    () => 25,
  );

describe('withRoom', () => {
  it('gives each a share where there is room, and the whole disk to whoever could need more', async () => {
    const { withRoom } = sharedDisk(() => 1024 * MB);
    const shares = await Promise.all(
      [0, MB, 20 * MB, 500 * MB].map((size) => withRoom(size, async (room) => room.share())),
    );
    expect(shares).toEqual([64 * MB, 66 * MB, 104 * MB, null]);
  });

  it('calls whoever finds the disk full beside others again, alone', async () => {
    const { withRoom } = smallDisk();
    const log: string[] = [];
    const neighbor = Promise.withResolvers<void>();
    const first = withRoom(0, async () => {
      log.push('neighbor');
      await neighbor.promise;
      log.push('neighbor done');
    });
    const second = withRoom(0, async (room) => {
      log.push(`share ${room.share()}`);
      if (room.share() !== null) throw new ScratchFull('full');
      return 'done';
    });
    await turn();
    expect(log).toEqual(['neighbor', 'share 25']);
    neighbor.resolve();
    expect(await second).toBe('done');
    await first;
    expect(log).toEqual(['neighbor', 'share 25', 'neighbor done', 'share null']);
  });

  it('throws what is thrown alone, and every other fault', async () => {
    const { withRoom } = smallDisk();
    let calls = 0;
    const failing = (fault: Error) =>
      withRoom(0, async () => {
        calls += 1;
        throw fault;
      });
    await expect(failing(new ScratchFull('full'))).rejects.toThrow(ScratchFull);
    expect(calls).toBe(2);
    await expect(failing(new Error('other'))).rejects.toThrow('other');
    expect(calls).toBe(3);
    const whole = withRoom(0, async (room) => {
      calls += 1;
      expect(room.takeWhole()).toBe(true);
      throw new ScratchFull('full');
    });
    await expect(whole).rejects.toThrow(ScratchFull);
    expect(calls).toBe(4);
  });

  it('lets whoever needs more than its share wait for those whose room was taken', async () => {
    const { withRoom } = smallDisk();
    const log: string[] = [];
    const scan = (name: string, fault: Error) =>
      withRoom(0, async (room) => {
        await turn();
        if (room.share() !== null) throw fault;
        log.push(name);
      });
    await Promise.all([scan('culprit', new ShareUsedUp('more')), scan('victim', new ScratchFull('full'))]);
    expect(log).toEqual(['victim', 'culprit']);
  });

  it('stops waiting when it is cut off', async () => {
    const { withRoom } = smallDisk();
    const end = Promise.withResolvers<void>();
    const neighbor = withRoom(0, () => end.promise);
    const cut = new AbortController();
    const full = async () => Promise.reject(new ScratchFull('full'));
    const again = withRoom(0, full, cut.signal).catch((reason: Error) => reason);
    await turn();
    cut.abort(new Error('cut off'));
    expect(await again).toEqual(new Error('cut off'));
    end.resolve();
    await neighbor;
    expect(await withRoom(0, async (room) => room.share())).toBe(25);
  });
});

it('everybody has beside others the result that it has alone', async () => {
  const CAPACITY = 100;
  /** `need` is what it unpacks; `engine` what the engine then unpacks, which nobody can limit. */
  const object = fc.record({
    size: fc.integer({ min: 0, max: 30 }),
    need: fc.integer({ min: 0, max: 120 }),
    engine: fc.integer({ min: 0, max: 120 }),
  });
  async function results(
    objects: readonly { size: number; need: number; engine: number }[],
    atOnce: boolean,
  ): Promise<string[]> {
    let used = 0;
    const { withRoom } = sharedDisk(
      () => CAPACITY - used,
      (size) => 10 + size,
    );
    const scan = async ({ size, need, engine }: (typeof objects)[number], room: DiskRoom) => {
      let mine = 0;
      const write = async (bytes: number) => {
        for (let index = 0; index < bytes; index += 1) {
          if (used + 1 > CAPACITY) throw new ScratchFull('full');
          used += 1;
          mine += 1;
          if (index % 10 === 0) await Promise.resolve();
        }
      };
      try {
        await write(size);
        if (need > (room.share() ?? need) && !room.takeWhole()) throw new ShareUsedUp('more');
        await write(need);
        await write(engine);
        return 'scanned';
      } finally {
        used -= mine;
      }
    };
    const one = (each: (typeof objects)[number]) =>
      withRoom(each.size, (room) => scan(each, room)).catch((fault: Error) => fault.name);
    if (atOnce) return Promise.all(objects.map(one));
    const all: string[] = [];
    for (const each of objects) all.push(await one(each));
    return all;
  }
  await fc.assert(
    fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 6 }), async (objects) => {
      expect(await results(objects, true)).toEqual(await results(objects, false));
    }),
    { numRuns: 200 },
  );
});
