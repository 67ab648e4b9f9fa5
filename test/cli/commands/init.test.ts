import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { initByAsking } from '../../../cli/commands/init.ts';
import { parseConfig } from '../../../infra/config/schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'airlock-init-test-'));
const file = join(folder, 'cdk.json');
const EMPTY = '{\n  "app": "node infra/app.ts",\n  "context": {\n    "flag":  true\n  }\n}\n';
const written = () => readFileSync(file, 'utf8');

beforeEach(() => {
  writeFileSync(file, EMPTY);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What somebody types at a terminal, Ctrl-C among it. */
async function type(...keys: string[]): Promise<{ code: number; shown: string }> {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const code = initByAsking({ input, output }, file);
  for (const key of keys) input.write(key);
  const result = await code;
  output.end();
  return { code: result, shown: await text(output) };
}

describe('airlock init at a terminal', () => {
  it('writes a commented section, and leaves the rest as it was', async () => {
    const { code, shown } = await type('uploads-example\n', 'no\n', '\n', 'delete\n', '\n', '\n', 'yes\n');
    expect([code, shown]).toEqual([0, expect.stringContaining('+      "onInfected": "delete"')]);
    expect(written()).toContain('"context": {\n    "airlock": {\n      "//": "Every key: docs/configuration.md');
    expect(written()).toContain('\n    "flag":  true\n  }\n}\n');
    const { airlock } = JSON.parse(written()).context;
    expect(Object.keys(airlock)).toContain('// onInfected');
    expect(parseConfig(airlock)).toMatchObject({ onInfected: 'delete', buckets: [{ name: 'uploads-example' }] });
  });

  it('starts from the section that is there, and adds nothing that was not answered', async () => {
    const before = '{ "context": { "airlock": { "logRetentionDays": 7, "onInfected": "delete" } } }';
    writeFileSync(file, before);
    expect((await type('\n', '\n', 'quarantine\n', '\n', '\n', 'y\n')).code).toBe(0);
    expect(written()).toBe(before.replace('"delete"', '"quarantine"'));
  });

  it.each([
    ['no at the end', ['\n', '\n', '\n', '\n', '\n', 'no\n']],
    ['Ctrl-C in the middle', ['uploads-example\n', '\x03']],
    ['Ctrl-C at the end', ['\n', '\n', '\n', '\n', '\n', '\x03']],
    ['Ctrl-D', ['\x04']],
  ])('%s leaves the file untouched', async (_, keys) => {
    expect((await type(...keys)).code).toBe(1);
    expect(written()).toBe(EMPTY);
  });
});

describe('airlock init without a terminal', () => {
  const init = (...args: string[]) => {
    const command = [resolve('cli/airlock.ts'), 'init', ...args];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8', input: '' });
    return { status, stderr };
  };

  it('says to add --yes', () => {
    expect(init()).toEqual({ status: 2, stderr: expect.stringContaining('add --yes') });
    expect(written()).toBe(EMPTY);
  });

  it('writes the suggestions with --yes, once', () => {
    expect(init('--yes')).toMatchObject({ status: 0 });
    const once = written();
    expect(parseConfig(JSON.parse(once).context.airlock).onInfected).toBe('tag');
    expect(init('--yes')).toEqual({ status: 0, stderr: expect.stringContaining('nothing changed') });
    expect(written()).toBe(once);
  });

  it('names the folder to run in', () => {
    rmSync(file);
    expect(init('--yes')).toEqual({
      status: 2,
      stderr: expect.stringContaining('there is no cdk.json in this folder'),
    });
  });
});
