import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { base } from '../../jest.base.js';

/* What jest makes of test files by our environment and runtime. */
const ROOT = join(import.meta.dirname, '../../..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'runner-')));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = {
  'a.test.ts': `
    import { spawn } from 'node:child_process';
    import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
    import { shared } from './shared.ts';
    process.env.LEFT_BEHIND = 'a';
    jest.useFakeTimers();
    jest.spyOn(JSON, 'parse').mockReturnValue('spied on');
    jest.setTimeout(100);
    shared('of a');
    it('passes', () => expect(JSON.parse('1')).toBe('spied on'));
    it('fails', () => expect({ a: 1 }).toEqual({ a: 2 }));
    it('never ends', () => new Promise(() => {}));
    it.skip('is skipped', () => {});
    it.each([1, 2])('is one of %d', (number) => expect(number).toBe(2));
    describe('after a hook that fails', () => { beforeAll(() => { throw new Error('hook'); }); it('fails too', () => {}); });
  `,
  'b.test.ts': `
    import { expect, it } from '@jest/globals';
    import { shared } from './shared.ts';
    shared('of b');
    it('finds everything as it was', async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect([process.env.LEFT_BEHIND, JSON.parse('1')]).toEqual([undefined, 1]);
    });
  `,
  'c.test.ts': `
    import { execFileSync, spawn } from 'node:child_process';
    import { it } from '@jest/globals';
    it('starts a process', () => void spawn('true'));
    it('takes it for a missing program', () => { try { execFileSync('true'); } catch {} });
  `,
  'd.test.ts': `
    import { execFileSync } from 'node:child_process';
    import { it } from '@jest/globals';
    it('takes it for a missing program', () => { try { execFileSync('true'); } catch {} });
  `,
  'e.test.ts': `
    import { it } from '@jest/globals';
    it('leaves a promise that rejects', () => void Promise.reject(new Error('nobody')));
  `,
  'shared.ts': `
    import { it } from '@jest/globals';
    export const shared = (name: string) => it(name, () => {});
  `,
};

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

it('tells what fails, puts everything back after each file, and lets none start a process that may not', () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  const { globalSetup: _, globalTeardown: __, ...rest } = base;
  const configuration = {
    ...JSON.parse(JSON.stringify(rest).replaceAll('<rootDir>', ROOT)),
    rootDir: folder,
    roots: [folder],
    testMatch: [`${folder}/*.test.ts`],
    testEnvironmentOptions: { startsProcesses: false },
  };
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const output = join(folder, 'report.json');
  const options = [`--config=${JSON.stringify(configuration)}`, '--runInBand', '--json', `--outputFile=${output}`];
  const { status } = spawnSync(process.execPath, [jest, ...options], { cwd: folder });
  expect(status).toBe(1);
  const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const of = (name: string) => testResults.find((result) => result.name.endsWith(name));
  expect(of('a.test.ts')?.assertionResults.map(({ title, status }) => `${title}: ${status}`)).toEqual([
    'of a: passed',
    'passes: passed',
    'fails: failed',
    'never ends: failed',
    'is skipped: pending',
    'is one of 1: failed',
    'is one of 2: passed',
    'fails too: failed',
  ]);
  expect(of('b.test.ts')).toMatchObject({ status: 'passed', assertionResults: [{ title: 'of b' }, {}] });
  expect(of('e.test.ts')).toMatchObject({ status: 'failed', message: expect.stringContaining('nobody') });
  for (const name of ['c.test.ts', 'd.test.ts']) {
    expect(of(name)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('`npm test` starts no process (true): list the test file in test/suites.js'),
    });
  }
});
