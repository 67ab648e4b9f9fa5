import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { fileSource } from '../../../../functions/adapters/unpacking/file-source.ts';
import { NumberedFiles } from '../../../../functions/adapters/unpacking/numbered-files.ts';
import { limitTransfers } from '../../../support/short-transfers.ts';

/* A read or write may take less than it was asked to. */
type Transfer = (file: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;
let limit = Number.POSITIVE_INFINITY;
const asked: number[] = [];
const short =
  (whole: Transfer): Transfer =>
  (file, bytes, offset, length, position) => {
    asked.push(length);
    return whole(file, bytes, offset, Math.min(length, limit), position);
  };
const { readSync, writeSync } = fs;
Object.assign(fs, { readSync: short(readSync as Transfer), writeSync: short(writeSync as Transfer) });
// For those who import them by name.
syncBuiltinESMExports();
afterAll(() => {
  Object.assign(fs, { readSync, writeSync });
  syncBuiltinESMExports();
});

const SMALL = 1024 * 1024;
const CONTENT = Buffer.from(Uint8Array.from({ length: SMALL + 99 }, (_, index) => Math.imul(index, 2654435761) >>> 24));
const folder = fs.mkdtempSync(join(tmpdir(), 'short-transfers-'));
const path = join(folder, 'file');
fs.writeFileSync(path, CONTENT);
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => {
  limit = Number.POSITIVE_INFINITY;
  asked.length = 0;
});
function* always(bytes: number): Generator<number, number> {
  while (true) yield bytes;
}

it.each([1, 7, 99, 100])('a source reads on where a read gave %d bytes', async (bytes) => {
  limit = bytes;
  expect(await fileSource(path).read(50, 150)).toEqual(CONTENT.subarray(50, 150));
  expect(asked).toHaveLength(Math.ceil(100 / bytes));
});

it.each([100_000, SMALL])('a source reads on where a read of much gave %d bytes', async (bytes) => {
  const { asked: large, restore } = await limitTransfers('read', always(bytes));
  const read = await fileSource(path)
    .read(50, SMALL + 51)
    .finally(restore);
  expect(read.equals(CONTENT.subarray(50, SMALL + 51))).toBe(true);
  expect(large).toHaveLength(Math.ceil((SMALL + 1) / bytes));
});

it('up to a mebibyte is read at once, without the threads of Node.js', async () => {
  const { asked: large, restore } = await limitTransfers('read', always(SMALL * 2));
  for (const length of [1, 1000, SMALL, SMALL + 1]) await fileSource(path).read(0, length);
  restore();
  expect([asked, large]).toEqual([[1, 1000, SMALL], [SMALL + 1]]);
});

it.each([1, 7, 99, 100])('a numbered file is written on where a write took %d bytes', (bytes) => {
  const output = new NumberedFiles(folder, { bytes: 1000, files: 1 });
  const file = output.create();
  output.write(file, CONTENT.subarray(0, 20), 0, 20);
  asked.length = 0;
  limit = bytes;
  output.write(file, CONTENT.subarray(20, 120), 20, 100);
  output.closeAll();
  expect(asked).toHaveLength(Math.ceil(100 / bytes));
  expect(fs.readFileSync(join(folder, '1'))).toEqual(CONTENT.subarray(0, 120));
  fs.rmSync(join(folder, '1'));
});
