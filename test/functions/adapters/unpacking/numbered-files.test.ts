import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NumberedFiles, OverReaderLimit } from '../../../../functions/adapters/unpacking/numbered-files.ts';
import { canMountSmallDisk, mountSmallDisk } from '../../../support/small-disk.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'numbered-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = (bytes = 100, count = 10) => new NumberedFiles(folder, { bytes, files: count });
const content = (name: string) => readFileSync(join(folder, name), 'latin1');

it('are written where they are told, under numbers', () => {
  const output = files();
  const [first, second] = [output.create(), output.create()];
  output.write(second, Buffer.from('second'), 0, 6);
  output.write(first, Buffer.from('abc'), 0, 3);
  output.write(first, Buffer.from('XY'), 2, 1);
  output.closeAll();
  expect(readdirSync(folder).toSorted()).toEqual(['1', '2']);
  expect([content('1'), content('2')]).toEqual(['abXY', 'second']);
  expect(output.written).toEqual({ files: 2, bytes: 10 });
  expect(output.fault).toBeUndefined();
  expect(statSync(join(folder, '1')).mode & 0o777).toBe(0o600);
});

/** Whether a descriptor is still open on a file of the folder. */
const isOpen = () =>
  readdirSync('/proc/self/fd').some((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(folder);
    } catch {
      return false;
    }
  });
const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('stay open no longer than they must', () => {
  const output = files();
  output.close(output.create());
  expect(isOpen()).toBe(false);
  output.create();
  output.create();
  expect(isOpen()).toBe(true);
  output.closeAll();
  expect(isOpen()).toBe(false);
  output.closeAll();
});

describe('are refused', () => {
  it.each<[string, (output: NumberedFiles) => unknown]>([
    ['files', (output) => Array.from({ length: 4 }, () => output.create())],
    ['size', (output) => output.write(output.create(), Buffer.alloc(101), 0, 101)],
    ['files', (output) => output.refuse('files')],
    ['size', (output) => output.refuse('size')],
  ])('over the limit of %s', (limit, overstep) => {
    const output = files(100, 3);
    expect(() => overstep(output)).toThrow(OverReaderLimit);
    output.closeAll();
    expect(output.fault).toMatchObject({ limit, message: limit });
  });

  it('not at the limit, with all that was written', () => {
    const output = files(100, 2);
    output.write(output.create(), Buffer.alloc(60), 0, 60);
    const second = output.create();
    output.write(second, Buffer.alloc(40), 0, 40);
    // Over what is there already.
    output.write(second, Buffer.alloc(40), 0, 0);
    expect(output.fault).toBeUndefined();
    expect(() => output.write(second, Buffer.alloc(1), 40, 1)).toThrow(OverReaderLimit);
    output.closeAll();
    expect(statSync(join(folder, '2')).size).toBe(40);
  });
});

it('the first fault is the one that is told', () => {
  writeFileSync(join(folder, '1'), '');
  const output = files();
  expect(() => output.create()).toThrow('EEXIST');
  expect(() => output.refuse('size')).toThrow(OverReaderLimit);
  expect(output.fault).toMatchObject({ code: 'EEXIST' });
});

it('a write that fails is a fault', () => {
  const output = files();
  const descriptor = output.create();
  output.closeAll();
  expect(() => output.write(descriptor, Buffer.from('x'), 0, 1)).toThrow('EBADF');
  expect(output.fault).toMatchObject({ code: 'EBADF' });
});

(canMountSmallDisk() ? it : it.skip)('a full disk is a fault, also where a part of a write had room', () => {
  const unmount = mountSmallDisk(folder, 65_536);
  try {
    const output = files(1_000_000);
    expect(() => output.write(output.create(), Buffer.alloc(100_000), 0, 100_000)).toThrow('ENOSPC');
    output.closeAll();
    expect(statSync(join(folder, '1')).size).toBeGreaterThan(0);
    expect(output.fault).toMatchObject({ code: 'ENOSPC' });
  } finally {
    unmount();
  }
});
