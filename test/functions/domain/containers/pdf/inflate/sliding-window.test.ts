import { describe, expect, it } from '@jest/globals';
import { Broken } from '../../../../../../functions/domain/containers/pdf/inflate/broken.ts';
import { SlidingWindow } from '../../../../../../functions/domain/containers/pdf/inflate/sliding-window.ts';

const REACH = 32_768;
const BUFFER = 4 * REACH;
const noise = (index: number) => (Math.imul(index, 2654435761) >>> 24) & 0xff;

function filled(bytes: number): SlidingWindow {
  const window = new SlidingWindow();
  for (let index = 0; index < bytes; index++) window.put(noise(index));
  return window;
}
const expected = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, index) => noise(index)));

describe('what is put', () => {
  it.each([0, 1, BUFFER, BUFFER + 1, 3 * BUFFER + 5])('is handed over once: %d bytes', (bytes) => {
    const window = filled(bytes);
    expect(Buffer.concat(window.take()).equals(expected(bytes))).toBe(true);
    expect(window.take()).toEqual([]);
  });

  it('is handed over in parts', () => {
    const window = filled(10);
    expect(Buffer.concat(window.take())).toEqual(expected(10));
    window.put(1);
    window.put(2);
    expect(Buffer.concat(window.take())).toEqual(Buffer.from([1, 2]));
  });

  it('is handed over from its full buffers first', () => {
    expect([filled(BUFFER).hasFull, filled(BUFFER + 1).hasFull]).toEqual([false, true]);
    const window = filled(BUFFER + 1);
    expect(Buffer.concat(window.takeFull()).equals(expected(BUFFER))).toBe(true);
    expect([window.hasFull, window.takeFull()]).toEqual([false, []]);
    expect(Buffer.concat(window.take())).toEqual(Buffer.from([noise(BUFFER)]));
  });

  it('stays as it was when more is put', () => {
    const window = filled(BUFFER);
    const [first = Buffer.alloc(0)] = window.take();
    for (let index = 0; index < BUFFER; index++) window.put(0);
    expect(first.equals(expected(BUFFER))).toBe(true);
  });
});

describe('a repetition', () => {
  it('overlaps itself', () => {
    const window = new SlidingWindow();
    for (const byte of Buffer.from('abc')) window.put(byte);
    window.repeat(3, 7);
    window.repeat(1, 2);
    expect(Buffer.concat(window.take()).toString()).toBe('abcabcabcaaa');
  });

  it.each([REACH + 1, BUFFER, BUFFER + 1, 2 * BUFFER])('reaches as far back as may be, behind %d bytes', (bytes) => {
    const window = filled(bytes);
    window.take();
    window.repeat(REACH, 300);
    const all = expected(bytes);
    expect(Buffer.concat(window.take()).equals(all.subarray(bytes - REACH, bytes - REACH + 300))).toBe(true);
  });

  it('of what is not there is broken', () => {
    filled(10).repeat(10, 1);
    expect(() => filled(10).repeat(11, 1)).toThrow(Broken);
    expect(() => new SlidingWindow().repeat(1, 1)).toThrow(Broken);
  });
});
