import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  FRESHCLAM_FOLDERS,
  type FreshclamOptions,
  freshclam,
} from '../../../../functions/adapters/definitions/freshclam.ts';
import { DefinitionsUpdateFailed, InvalidConfiguration } from '../../../../functions/domain/errors.ts';
import { watchDeadlines } from '../../../support/deadlines.ts';
import { childrenNamed, onPlatform } from '../../../support/processes.ts';

/* How freshclam's endings are read, where the real one cannot be made to end so: test/functions/handlers/update-definitions.test.ts has the rest. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'freshclam-'));
  mkdirSync(join(root, 'db'));
});
afterEach(() => rmSync(root, { recursive: true }));

function standIn(script: string): string {
  const path = join(root, 'freshclam');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return path;
}

const update = (options: Partial<FreshclamOptions>) =>
  freshclam({
    customUrls: [],
    patienceSeconds: 1,
    attempts: 1,
    milliseconds: 20_000,
    searchPath: process.env.PATH,
    ...options,
  }).update(join(root, 'db'));

async function problem(script: string, options: Partial<FreshclamOptions> = {}): Promise<Error> {
  const fault = await update({ binary: standIn(script), ...options }).catch((error: Error) => error);
  expect(fault).toBeInstanceOf(DefinitionsUpdateFailed);
  return fault as Error;
}

describe('freshclam', () => {
  it('is given its configuration, and speaks to us', async () => {
    await update({
      binary: standIn('[ "$1" = "--config-file=$(dirname $0)/db.freshclam/freshclam.conf" ] && [ "$2" = --stdout ]'),
    });
  });

  it('is heard line by line, with its progress bar, where somebody listens', async () => {
    const lines: string[] = [];
    const script = `[ "$3" = --show-progress ] || exit 9; printf '\\033[?7l 10%%\\r\\033[?7h\\033[?7l 20%%\\r\\n\\nlast\\n'; sleep 0.1; echo more >&2`;
    await update({ binary: standIn(script), onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['10%', '20%', 'last', 'more']);
    await update({ binary: standIn('[ "$#" = 2 ]') });
  });

  it('is ended early where nobody waits for it', async () => {
    const stop = new AbortController();
    const ended = problem('echo going; exec sleep 60', { signal: stop.signal, onLine: () => stop.abort() });
    expect((await ended).message).toBe('freshclam ended with null: going');
    expect(childrenNamed('sleep')).toEqual([]);
  });

  it('leaves no timer behind, however it ends', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    await update({ binary: standIn('exit 0') });
    await problem('exit 1');
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('that succeeds is believed, whatever it said', async () => {
    await update({ binary: standIn('echo ERROR: a mirror was slow; exit 0') });
  });

  it('that fails is quoted with lines that begin as errors, and no others', async () => {
    const script = 'echo "WARNING: said ERROR: before"; echo ERROR: now; exit 4';
    expect((await problem(script)).message).toBe('freshclam ended with 4: ERROR: now');
  });

  it('that fails is quoted: its errors, in their order', async () => {
    const script = 'echo hello; echo ERROR: first; echo WARNING: other; echo ERROR: second >&2; exit 4';
    const { message } = await problem(script);
    expect(message).toMatch(/^freshclam ended with 4: /);
    expect(message.slice('freshclam ended with 4: '.length).split('; ').sort()).toEqual([
      'ERROR: first',
      'ERROR: second',
    ]);
  });

  it('that fails without an error is quoted with its last line', async () => {
    expect((await problem('echo first; echo last; echo; exit 7')).message).toBe('freshclam ended with 7: last');
    expect((await problem('exit 7')).message).toBe('freshclam ended with 7: ');
  });

  it('that a signal ends has failed', async () => {
    expect((await problem('echo going; kill -9 $$')).message).toBe('freshclam ended with null: going');
  });

  it('that was told to keep away has failed, though it ends with 0', async () => {
    const { message } = await problem('echo "WARNING: You are on cool-down until after: 2026-11-27 00:00:00"; exit 0');
    expect(message).toMatch(/^the mirror accepts no requests before 2026-11-27 00:00:00: /);
  });

  it('that takes too long is ended', async () => {
    const { message } = await problem('echo waiting; exec sleep 60', { milliseconds: 200 });
    expect(message).toBe('freshclam did not finish within 200 ms: waiting');
    expect(childrenNamed('sleep')).toEqual([]);
  });

  it('that says very much is quoted from its end', async () => {
    const script =
      'echo ERROR: early; i=0; while [ $i -lt 400 ]; do echo "line $i of sixty characters, so that nothing early is kept"; i=$((i+1)); done; exit 1';
    expect((await problem(script)).message).toMatch(/^freshclam ended with 1: line 399 of/);
  });

  it('that the kernel does not run says why', async () => {
    const binary = join(root, 'nothing');
    const fault = await update({ binary, searchPath: '' }).catch((error: Error) => error);
    expect(fault).toBeInstanceOf(DefinitionsUpdateFailed);
  });

  it('that cannot even be started says why, and leaves no timer behind', async () => {
    const deadlines = watchDeadlines();
    const LIMIT = 2_345;
    const fault = await onPlatform('darwin', () =>
      update({ binary: join(root, 'nothing'), milliseconds: LIMIT }).catch((error: Error) => error),
    );
    expect([deadlines.isSet(LIMIT / 10), deadlines.left(LIMIT / 10)]).toEqual([true, 0]);
    jest.restoreAllMocks();
    expect(fault).toMatchObject({
      name: 'DefinitionsUpdateFailed',
      message: expect.stringMatching(/^cannot run freshclam: .*ENOENT/),
      cause: { code: 'ENOENT' },
    });
  });

  it('is looked for where Debian and Homebrew put it', () => {
    expect(FRESHCLAM_FOLDERS).toEqual(['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']);
  });

  it('that is nowhere is what to install', async () => {
    const fault = update({ searchPath: '', folders: [root] });
    await expect(fault).rejects.toThrow(InvalidConfiguration);
    await expect(fault).rejects.toThrow(/^freshclam is not installed: apt-get install clamav-freshclam/);
    standIn('exit 0');
    await update({ searchPath: '', folders: [root] });
    await update({ searchPath: root, folders: [] });
  });

  it.each([
    [{ mirror: 'http://m.example' }, /^http:\/\/m\.example is not https/],
    [{ customUrls: ['http://m.example/a.ndb'] }, /^http:\/\/m\.example\/a\.ndb is not https/],
    [{ customUrls: ['https://m.example/a.ign2'] }, /name a\.ign2 in definitions\.allowLists$/],
  ])('does not start for %j, which the configuration does not allow', async (options, words) => {
    const fault = await update({ binary: standIn('exit 3'), ...options }).catch((error: Error) => error);
    expect(fault).toBeInstanceOf(InvalidConfiguration);
    expect(String((fault as Error).message)).toMatch(words);
  });

  it('cannot be redirected to http, unless http is accepted', async () => {
    jest.replaceProperty(process, 'env', { ...process.env, http_proxy: 'http://proxy.example' });
    try {
      await update({ binary: standIn('[ "$http_proxy" = http://127.0.0.1:9 ]') });
      await update({ binary: standIn('[ "$http_proxy" = http://proxy.example ]'), allowInsecureMirror: true });
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('is found where Debian puts it when there is no PATH', async () => {
    const fault = await update({ searchPath: '' }).catch((error: Error) => error);
    expect(String(fault)).not.toContain('not installed');
  });
});

describe('a set is wanted', () => {
  const wants = (mirror: string | null | undefined, customUrls: string[] = []) =>
    freshclam({ mirror, customUrls, patienceSeconds: 1, attempts: 1, milliseconds: 1, searchPath: '' }).wants;

  it('where it is official, and official ones are', () => {
    for (const mirror of [undefined, 'http://mirror.example']) {
      expect(['main.cvd', 'daily.cld', 'own.ndb'].map(wants(mirror))).toEqual([true, true, false]);
    }
    expect(['main.cvd', 'daily.cld', 'own.ndb'].map(wants(null))).toEqual([false, false, false]);
  });

  it('where it is named by a URL, under its last part', () => {
    const urls = ['https://example.com/rules/x.ndb?file=/own.ndb', 'https://example.com/other.yar'];
    expect(['own.ndb', 'other.yar', 'x.ndb', 'main.cvd'].map(wants(null, urls))).toEqual([true, true, false, false]);
  });
});
