import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findExecutable } from '../../functions/adapters/process/bound-process.ts';
import { startCluster } from './cluster.ts';

const path = process.env.PATH;
let commands: string;
beforeEach(() => {
  commands = mkdtempSync(join(tmpdir(), 'ceph-commands-'));
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(commands, { recursive: true });
});

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-${process.pid}-ceph-`));

function processesOfMine(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((commandLine) => commandLine.includes(`airlock-${process.pid}-ceph-`));
}

it('a start that fails half way leaves neither process nor folder behind', async () => {
  // Just enough to start the monitor.
  for (const name of ['ceph-authtool', 'monmaptool', 'ceph-mon', 'setpriv']) {
    symlinkSync(findExecutable(name, path, []) ?? name, join(commands, name));
  }
  // One jest process may hold the cluster of all test files too.
  const before = { processes: processesOfMine(), folders: folders() };
  process.env.PATH = commands;
  await expect(startCluster([])).rejects.toThrow(/ceph/);
  expect({ processes: processesOfMine(), folders: folders() }).toEqual(before);
});
