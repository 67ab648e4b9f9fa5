import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  findExecutable,
  isExecutable,
  SETPRIV_FOLDERS,
  spawnBound,
} from '../../../../functions/adapters/process/bound-process.ts';
import { onPlatform } from '../../../support/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'bound-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Holds a setpriv that does nothing. */
const standIn = join(folder, 'stand-in');
mkdirSync(standIn);
writeFileSync(join(standIn, 'setpriv'), '#!/bin/sh\n', { mode: 0o700 });

describe('a bound process', () => {
  // The kernel's part, for a parent that gets SIGKILL: test/functions/adapters/clamav/clamd-process.test.ts.
  it('ends with an orderly exit of ours, and is forgotten when it ends before', async () => {
    const before = process.listeners('exit');
    const child = spawnBound('/bin/sleep', ['60'], process.env.PATH);
    const closed = once(child, 'close');
    const added = process.listeners('exit').filter((listener) => !before.includes(listener));
    expect(added).toHaveLength(1);
    added[0]?.(0);
    expect(await closed).toEqual([null, 'SIGKILL']);
    expect(process.listeners('exit')).toEqual(before);
  });

  it('is bound by the kernel where util-linux is there to ask for it, and is given its arguments as they are', async () => {
    const child = spawnBound('/bin/echo', ['--', '-n', 'a b'], undefined);
    expect(SETPRIV_FOLDERS.map((place) => join(place, 'setpriv'))).toContain(child.spawnfile);
    expect(child.spawnargs.slice(1)).toEqual([
      '--no-new-privs',
      '--pdeathsig',
      'KILL',
      '--',
      '/bin/echo',
      '--',
      '-n',
      'a b',
    ]);
    const said = text(child.stdout);
    await once(child, 'close');
    expect(await said).toBe('-- -n a b\n');
    const own = spawnBound('/bin/true', [], standIn);
    expect(own.spawnfile).toBe(join(standIn, 'setpriv'));
    await once(own, 'close');
  });

  it('finds setpriv where distributions put it', () => {
    expect(SETPRIV_FOLDERS).toEqual(['/usr/bin', '/bin']);
  });

  it('is started as it is where the system is another, whatever lies on its path', async () => {
    const child = await onPlatform('darwin', () => spawnBound('/bin/echo', ['a', 'b'], standIn));
    expect(child.spawnargs).toEqual(['/bin/echo', 'a', 'b']);
    await once(child, 'close');
  });

  it('speaks on both its outputs, and hears nothing', async () => {
    const child = spawnBound('/bin/sh', ['-c', 'cat; echo out; echo err >&2'], process.env.PATH);
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      said.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said.err += chunk;
    });
    await once(child, 'close');
    expect(said).toEqual({ out: 'out\n', err: 'err\n' });
  });
});

describe('an executable', () => {
  const [first, second] = ['first', 'second'].map((name) => join(folder, name)) as [string, string];
  for (const place of [first, second]) mkdirSync(place);
  const program = (place: string, name: string, mode = 0o700) => {
    writeFileSync(join(place, name), '');
    chmodSync(join(place, name), mode);
  };
  program(first, 'both');
  program(second, 'both');
  program(second, 'only');
  program(first, 'text', 0o600);
  mkdirSync(join(first, 'folder'));

  it('is looked for on the path first, in its order, then in the folders', () => {
    const path = [first, second].join(delimiter);
    expect(findExecutable('both', path, [])).toBe(join(first, 'both'));
    expect(findExecutable('only', path, [])).toBe(join(second, 'only'));
    expect(findExecutable('both', second, [first])).toBe(join(second, 'both'));
    expect(findExecutable('both', undefined, [first])).toBe(join(first, 'both'));
    expect(findExecutable('neither', path, [first])).toBeUndefined();
  });

  it('is never looked for in the folder that one happens to be in', () => {
    const before = process.cwd();
    process.chdir(first);
    try {
      expect(findExecutable('both', '', [''])).toBeUndefined();
      expect(findExecutable('both', undefined, [])).toBeUndefined();
      expect(findExecutable('both', `${delimiter}${second}`, [])).toBe(join(second, 'both'));
    } finally {
      process.chdir(before);
    }
  });

  it('is a file that may be run', () => {
    expect(isExecutable(join(first, 'both'))).toBe(true);
    for (const name of ['text', 'folder', 'missing'])
      expect([name, isExecutable(join(first, name))]).toEqual([name, false]);
  });
});
