import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Room, RoomLedger } from '../../../../functions/adapters/disk/room-ledger.ts';

const turn = () => new Promise(setImmediate);

/** Who is inside, in the order in which they came. */
function watched(freeBytes: () => number) {
  const ledger = new RoomLedger(freeBytes);
  const inside = new Map<string, Room>();
  const enter = (name: string, bytes: number, options = {}) =>
    ledger.enter(bytes, options).then((room) => inside.set(name, room));
  const leave = async (name: string) => {
    inside.get(name)?.leave();
    inside.delete(name);
    await turn();
  };
  return { enter, leave, inside, names: () => [...inside.keys()].join(' ') };
}

describe('a disk of 100 bytes', () => {
  it('has as many on it as have room', async () => {
    const { enter, leave, names } = watched(() => 100);
    for (const [name, bytes] of Object.entries({ a: 50, b: 50, c: 60, d: 10 })) void enter(name, bytes);
    await turn();
    expect(names()).toBe('a b');
    await leave('a');
    expect(names()).toBe('b');
    await leave('b');
    expect(names()).toBe('c d');
  });

  it('has whoever may need more alone', async () => {
    const { enter, leave, inside, names } = watched(() => 100);
    for (const [name, bytes] of Object.entries({ a: 10, b: 101, c: 10 })) void enter(name, bytes);
    await turn();
    expect(names()).toBe('a');
    await leave('a');
    expect(names()).toBe('b');
    expect(inside.get('b')?.whole).toBe(true);
    await leave('b');
    expect(names()).toBe('c');
    expect(inside.get('c')?.whole).toBe(false);
  });

  it('lets one go ahead of those who wait', async () => {
    const { enter, leave, names } = watched(() => 100);
    await enter('a', 100);
    void enter('b', 100);
    void enter('c', Number.POSITIVE_INFINITY, { ahead: true });
    await leave('a');
    expect(names()).toBe('c');
    await leave('c');
    expect(names()).toBe('b');
  });

  it('belongs to whoever asks for it while nobody else is there, until it leaves', async () => {
    const { enter, leave, inside, names } = watched(() => 100);
    await enter('a', 10);
    await enter('b', 10);
    expect(inside.get('a')?.takeWhole()).toBe(false);
    await leave('b');
    expect(inside.get('a')?.takeWhole()).toBe(true);
    expect(inside.get('a')?.whole).toBe(true);
    void enter('c', 10);
    await turn();
    expect(names()).toBe('a');
    const left = inside.get('a');
    await leave('a');
    expect(names()).toBe('c');
    expect(left?.takeWhole()).toBe(true);
    left?.leave();
    void enter('d', 10);
    await turn();
    expect(names()).toBe('c d');
  });

  it('keeps nobody waiting for one that gave up', async () => {
    const { enter, names } = watched(() => 100);
    const cut = new AbortController();
    void enter('a', 10);
    const gaveUp = enter('b', 101, { signal: cut.signal }).catch((reason: Error) => reason);
    void enter('c', 10);
    await turn();
    expect(names()).toBe('a');
    cut.abort(new Error('cut off'));
    expect(await gaveUp).toEqual(new Error('cut off'));
    await turn();
    expect(names()).toBe('a c');
    await expect(enter('d', 10, { signal: cut.signal })).rejects.toThrow('cut off');
  });
});

it('whatever happens, room is never given twice, and everybody gets in', async () => {
  const scan = fc.record({
    bytes: fc.oneof(fc.integer({ min: 0, max: 150 }), fc.constant(Number.POSITIVE_INFINITY)),
    turns: fc.integer({ min: 0, max: 4 }),
    comesAfter: fc.integer({ min: 0, max: 6 }),
    ahead: fc.boolean(),
    takesWhole: fc.boolean(),
    givesUpAfter: fc.option(fc.integer({ min: 0, max: 6 })),
  });
  const wait = async (turns: number) => {
    for (let index = 0; index < turns; index += 1) await Promise.resolve();
  };
  await fc.assert(
    fc.asyncProperty(fc.array(scan, { minLength: 1, maxLength: 12 }), async (scans) => {
      const inside = new Map<Room, number>();
      const ledger = new RoomLedger(() => {
        expect(inside.size).toBe(0);
        return 100;
      });
      const check = () => {
        const rooms = [...inside.keys()];
        if (rooms.some(({ whole }) => whole)) expect(rooms).toHaveLength(1);
        else expect([...inside.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(100);
      };
      const outcomes = await Promise.all(
        scans.map(async ({ bytes, turns, comesAfter, ahead, takesWhole, givesUpAfter }) => {
          await wait(comesAfter);
          const cut = new AbortController();
          if (givesUpAfter !== null) void wait(givesUpAfter).then(() => cut.abort(new Error('cut off')));
          const room = await ledger.enter(bytes, { ahead, signal: cut.signal }).catch((reason: Error) => reason);
          if (room instanceof Error) return room.message;
          inside.set(room, bytes);
          check();
          if (takesWhole) expect(room.takeWhole()).toBe(room.whole);
          check();
          await wait(turns);
          check();
          inside.delete(room);
          room.leave();
          return 'was in';
        }),
      );
      for (const [at, outcome] of outcomes.entries()) {
        expect(['was in', ...(scans[at]?.givesUpAfter === null ? [] : ['cut off'])]).toContain(outcome);
      }
    }),
    { numRuns: 150 },
  );
});
