import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';
import { LOOPBACK_ADDRESS, listeningAddresses } from '../../support/listening-sockets.ts';
import { processTree, until } from '../../support/processes.ts';
import { launchChromium } from './console-in-browser.ts';

/* `npm run local` with its page, without it, and `airlock local console` for the latter. */
const folder = mkdtempSync(join(tmpdir(), 'console-command-'));
const children: Command[] = [];
let browser: Browser;

interface Command {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly closed: Promise<unknown[]>;
  said: string;
}

/** @param name of the profile that it writes or reads */
function run(name: string, ...args: string[]): Command {
  const { NODE_OPTIONS, ...inherited } = process.env;
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...inherited, AIRLOCK_LOCAL_PROFILE: join(folder, `${name}.json`) },
  });
  const command: Command = { process: child, closed: once(child, 'close'), said: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    command.said += chunk;
  });
  children.push(command);
  return command;
}

const runLocal = (name: string, ...more: string[]) =>
  run(name, 'local/main.ts', '--port', '0', '--definitions', join(folder, 'definitions'), '--test-signatures', ...more);

const said = (command: Command, text: string) =>
  until(() => command.process.exitCode !== null || command.said.includes(text));

const addressIn = ({ said }: Command) => /http:\/\/127\.0\.0\.1:\d+\/$/m.exec(said)?.[0] ?? '';

beforeAll(async () => {
  await writeEicarDefinitions(join(folder, 'definitions'));
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  for (const { process: child, closed } of children) {
    child.kill('SIGTERM');
    await closed;
  }
  rmSync(folder, { recursive: true });
});

it('prints the address of the page, which says so when Ctrl-C ends the pipeline', async () => {
  const local = runLocal('with');
  await said(local, 'operator');
  expect(local.said).toMatch(/^Console: http:\/\/127\.0\.0\.1:\d+\/$/m);
  const page = await browser.newPage();
  await page.goto(addressIn(local));
  await page.getByText('connected', { exact: true }).waitFor();
  expect(new Set(listeningAddresses(processTree(local.process.pid ?? 0)))).toEqual(new Set([LOOPBACK_ADDRESS]));
  local.process.kill('SIGINT');
  expect(await local.closed).toEqual([130, null]);
  await page.getByRole('alert').filter({ hasText: 'Disconnected' }).waitFor();
  await page.close();
}, 120_000);

it('leaves it out when asked, and `airlock local console` serves it then', async () => {
  const local = runLocal('without', '--no-console');
  await said(local, 'operator');
  expect(local.said).not.toContain('Console');
  const served = run('without', 'cli/airlock.ts', 'local', 'console');
  await said(served, 'http');
  const page = await browser.newPage();
  await page.goto(`${addressIn(served)}#/executions`);
  await page.getByText('Nothing has run yet').waitFor();
  await page.close();
  served.process.kill('SIGINT');
  expect(await served.closed).toEqual([130, null]);
}, 120_000);
