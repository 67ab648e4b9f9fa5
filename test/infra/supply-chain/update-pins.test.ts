import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startRegistry } from './registry-server.ts';

let folder: string;
let dockerfile: string;
let registry: Awaited<ReturnType<typeof startRegistry>>;

const UNPINNED = 'ARG NODE_IMAGE=node:24.21.0-bookworm-slim\nFROM $NODE_IMAGE\n';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pins-test-'));
  dockerfile = join(folder, 'Dockerfile');
  writeFileSync(dockerfile, UNPINNED);
  registry = await startRegistry();
});
afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true });
});

async function pins(...more: string[]) {
  const args = ['infra/supply-chain/update-pins.ts', '--dockerfile', dockerfile, '--registry', registry.url, ...more];
  const child = spawn(process.execPath, args);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await closed, out, err };
}

describe('npm run pins', () => {
  it('writes the current digest into the Dockerfile, and then finds it there', async () => {
    const image = 'library/node:24.21.0-bookworm-slim';
    expect(await pins()).toEqual({ code: 0, out: `${image}: not pinned -> ${registry.digest}\n`, err: '' });
    expect(readFileSync(dockerfile, 'utf8')).toBe(UNPINNED.replace('slim', `slim@${registry.digest}`));
    expect(await pins()).toEqual({ code: 0, out: expect.stringContaining('is pinned to its current digest'), err: '' });
  });

  it('only looks with --check', async () => {
    expect(await pins('--check')).toMatchObject({ code: 1, out: expect.stringContaining(registry.digest) });
    expect(readFileSync(dockerfile, 'utf8')).toBe(UNPINNED);
  });

  it('leaves the pin when the registry does not answer', async () => {
    await registry.close();
    expect(await pins()).toEqual({ code: 2, out: '', err: expect.stringMatching(/^error: .*ECONNREFUSED/) });
    expect(readFileSync(dockerfile, 'utf8')).toBe(UNPINNED);
  });
});
