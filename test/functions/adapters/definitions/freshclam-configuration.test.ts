import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import {
  type FreshclamSettings,
  writeFreshclamConfiguration,
} from '../../../../functions/adapters/definitions/freshclam-configuration.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'freshclam-configuration-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (settings: Partial<FreshclamSettings> = {}) =>
  writeFreshclamConfiguration(join(root, 'db'), { customUrls: [], patienceSeconds: 60, attempts: 3, ...settings });

const lines = (settings?: Partial<FreshclamSettings>) => readFileSync(write(settings), 'utf8').trimEnd().split('\n');

it('lies beside the folder of the definitions, where nobody takes it for one', () => {
  expect(write()).toBe(join(root, 'db.freshclam', 'freshclam.conf'));
  expect(lines()).toContain(`DatabaseDirectory ${join(root, 'db')}`);
});

it('asks ClamAV’s own mirror for differences where no other is named', () => {
  expect(lines()).toEqual(
    expect.arrayContaining(['DatabaseMirror database.clamav.net', 'ScriptedUpdates yes', 'MaxAttempts 3']),
  );
});

it('asks a private mirror and nobody else', () => {
  const written = lines({ mirror: 'http://mirror.example' });
  expect(written).toContain('PrivateMirror http://mirror.example');
  expect(written.join('\n')).not.toContain('clamav.net');
});

it('leaves every official set out where none is wanted', () => {
  const written = lines({ mirror: null, customUrls: ['https://example.com/a.ndb', 'https://example.com/b.yar'] });
  expect(written.filter((line) => line.startsWith('ExcludeDatabase'))).toHaveLength(3);
  expect(written.filter((line) => line.startsWith('DatabaseCustomURL'))).toEqual([
    'DatabaseCustomURL https://example.com/a.ndb',
    'DatabaseCustomURL https://example.com/b.yar',
  ]);
  expect(written.join('\n')).not.toContain('clamav.net');
});

it('keeps root’s folder root’s, and names no owner for anybody else', () => {
  const getuid = jest.spyOn(process as { getuid: () => number }, 'getuid');
  getuid.mockReturnValue(0);
  expect(lines()).toContain('DatabaseOwner root');
  getuid.mockReturnValue(1000);
  expect(lines().filter((line) => line.startsWith('DatabaseOwner'))).toEqual([]);
  getuid.mockRestore();
});

it('writes every directive on a line of its own', () => {
  const own = (wanted: string[]) => wanted.filter((line) => !line.startsWith('DatabaseOwner'));
  const common = [
    `DatabaseDirectory ${join(root, 'db')}`,
    'Foreground yes',
    'TestDatabases yes',
    'CompressLocalDatabase yes',
  ];
  const limits = ['MaxAttempts 2', 'ConnectTimeout 9', 'ReceiveTimeout 9'];
  const settings = { patienceSeconds: 9, attempts: 2 };
  expect(own(lines(settings))).toEqual([
    ...common,
    'DatabaseMirror database.clamav.net',
    'DNSDatabaseInfo current.cvd.clamav.net',
    'ScriptedUpdates yes',
    ...limits,
  ]);
  expect(own(lines({ ...settings, mirror: 'http://mirror.example' }))).toEqual([
    ...common,
    'PrivateMirror http://mirror.example',
    ...limits,
  ]);
  expect(own(lines({ ...settings, mirror: null, customUrls: ['https://example.com/a.ndb'] }))).toEqual([
    ...common,
    'PrivateMirror http://127.0.0.1:9',
    'ExcludeDatabase main',
    'ExcludeDatabase daily',
    'ExcludeDatabase bytecode',
    'DatabaseCustomURL https://example.com/a.ndb',
    ...limits,
  ]);
});
