import { open } from 'node:fs/promises';
import { jest } from '@jest/globals';

type Transfer = (bytes: Uint8Array, offset: number, length: number, position: number) => Promise<unknown>;

/**
 * From now on, each `read` or `write` of an open file takes no more bytes than the next limit says.
 * @returns the lengths that were asked for, and what ends it
 */
export async function limitTransfers(
  direction: 'read' | 'write',
  limits: Iterator<number>,
): Promise<{ readonly asked: readonly number[]; readonly restore: () => void }> {
  const file = await open(import.meta.filename);
  const handles: Record<typeof direction, Transfer> = Object.getPrototypeOf(file);
  await file.close();
  const whole = handles[direction];
  const asked: number[] = [];
  const short = jest.spyOn(handles, direction).mockImplementation(function (this: unknown, bytes, offset, length, at) {
    asked.push(length);
    return whole.call(this, bytes, offset, Math.min(length, limits.next().value), at);
  });
  return { asked, restore: () => short.mockRestore() };
}
