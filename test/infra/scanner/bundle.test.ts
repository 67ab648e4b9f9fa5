import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the Dockerfile bundles. */
const [, command = ''] = /bundle\.ts out ((?:.*\\\n)*.*)/.exec(readFileSync('infra/scanner/Dockerfile', 'utf8')) ?? [];
const entries = command.match(/functions\/\S+\.ts/g) ?? [];

it('bundles the scanner’s handlers and the reader’s thread into files that Node loads', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(run('infra/scanner/bundle.ts', folder, ...entries)).toMatchObject({ status: 0, stderr: '' });
  expect(entries).toHaveLength(8);
  for (const entry of entries) {
    const file = join(folder, entry.replace(/^.*\/(.*)\.ts$/, '$1.mjs'));
    const loaded = run('--input-type=module', '-e', `await import(${JSON.stringify(file)})`);
    expect(loaded).toMatchObject({ status: 0, stderr: '' });
  }
});
