import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Bodies, concat, slice } from '../../../emulator/s3/bodies.ts';

const MEMORY = 100_000;
let folder: string;
let bodies: Bodies;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bodies-'));
  bodies = await Bodies.open(folder, MEMORY);
});
afterEach(async () => {
  await bodies.close();
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

const files = async () => {
  await bodies.settled();
  return readdirSync(join(folder, readdirSync(folder)[0] ?? ''));
};
async function* chunksOf(bytes: number, byte = 1): AsyncGenerator<Buffer> {
  for (let rest = bytes; rest > 0; rest -= 10_000) yield Buffer.alloc(Math.min(rest, 10_000), byte);
}
const contentOf = async (...args: Parameters<Bodies['read']>) => buffer(bodies.read(...args));

it.each([0, 1, 9_999, 10_000, 64 * 1024])('keeps %d bytes in memory until nobody holds them', async (bytes) => {
  const body = bodies.retain(await bodies.write(chunksOf(bytes)));
  expect(await contentOf(body)).toEqual(Buffer.alloc(bytes, 1));
  expect([await files(), bodies.room]).toEqual([[], MEMORY - bytes]);
  bodies.release(body);
  expect(bodies.room).toBe(MEMORY - bytes);
  bodies.release(body);
  expect(bodies.room).toBe(MEMORY);
});

it('writes a larger one to a file, whole', async () => {
  const body = await bodies.write(chunksOf(64 * 1024 + 1));
  expect(await contentOf(body)).toEqual(Buffer.alloc(64 * 1024 + 1, 1));
  expect([(await files()).length, bodies.room]).toEqual([1, MEMORY]);
  bodies.release(body);
  expect(await files()).toEqual([]);
});

it('writes small ones to files when the memory is full', async () => {
  const [first, second] = [await bodies.write(chunksOf(60_000, 1)), await bodies.write(chunksOf(60_000, 2))];
  expect([(await files()).length, bodies.room]).toEqual([1, 40_000]);
  const joined = concat([first, slice(second, 10, 20)]);
  expect(await contentOf(joined, 59_990, 60_005)).toEqual(Buffer.concat([Buffer.alloc(10, 1), Buffer.alloc(5, 2)]));
  bodies.release(joined);
  expect([await files(), bodies.room]).toEqual([[], MEMORY]);
});

it.each([20_000, 80_000])('leaves nothing of %d bytes whose source fails', async (bytes) => {
  async function* broken() {
    yield* chunksOf(bytes);
    throw new Error('gone');
  }
  await expect(bodies.write(broken())).rejects.toThrow('gone');
  expect([await files(), bodies.room]).toEqual([[], MEMORY]);
});
