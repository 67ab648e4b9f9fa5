import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { writeClamdConfiguration } from '../../../../functions/adapters/clamav/clamd-configuration.ts';
import { CLAMD_FOLDERS, type ClamdOptions, startClamd } from '../../../../functions/adapters/clamav/clamd-process.ts';
import {
  DefinitionsUnavailable,
  EngineUnavailable,
  InvalidConfiguration,
} from '../../../../functions/domain/errors.ts';
import { writeEicarDefinitions } from '../../../../local/stack/definitions.ts';
import { childrenNamed, onPlatform, privateFolders, until } from '../../../support/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'clamd-process-'));
const definitions = join(folder, 'definitions');
const options: ClamdOptions = {
  configuration: 'infra/scanner/clamd.conf',
  definitions,
  maxObjectBytes: 1_000_000,
  maxScanMilliseconds: 60_000,
  startMilliseconds: 20_000,
  searchPath: process.env.PATH,
};

beforeAll(() => writeEicarDefinitions(definitions));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  expect(childrenNamed('clamd')).toEqual([]);
  expect(privateFolders('clamd')).toEqual([]);
});

const start = (changes: Partial<ClamdOptions>) => startClamd({ ...options, ...changes });

function executable(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, script, { mode: 0o700 });
  return path;
}

describe('startClamd', () => {
  it('has a socket that only this user reaches, and takes everything away when stopped', async () => {
    const clamd = await start({});
    expect(clamd.running()).toBe(true);
    expect(clamd.socket).toMatch(/\/airlock-\d+-clamd-\w{6}\/s$/);
    await clamd.stop();
    await clamd.stop();
    expect(clamd.running()).toBe(false);
    expect(existsSync(clamd.socket)).toBe(false);
  });

  it('says what to install when clamd is on no PATH', async () => {
    const fault = start({ searchPath: '', folders: [] });
    await expect(fault).rejects.toThrow(EngineUnavailable);
    await expect(fault).rejects.toThrow(/^clamd is not installed: apt-get install clamav-daemon/);
    await expect(start({ binary: '/nowhere/clamd' })).rejects.toThrow('clamd is not installed at /nowhere/clamd');
  });

  it('does without setpriv', async () => {
    const clamd = await start({ binary: '/usr/sbin/clamd', searchPath: folder });
    await clamd.stop();
  });

  it.each([
    ['a set that is cut off', 'main.cvd', 'ClamAV-VDB:01 Jan 2026 00-00 +0000:27500:1:90:x:y:builder:1', /main\.cvd/],
    ['a set of random bytes', 'daily.cld', '\x01\x02\x03', /daily\.cld/],
    ['a malformed signature', 'a.ndb', 'nonsense', /Malformed database/],
  ])("throws DefinitionsUnavailable for %s, in clamd's words", async (name, file, content, words) => {
    const corrupt = join(folder, name);
    mkdirSync(corrupt);
    writeFileSync(join(corrupt, file), content);
    const fault = start({ definitions: corrupt });
    await expect(fault).rejects.toThrow(DefinitionsUnavailable);
    await expect(fault).rejects.toThrow(words);
  });

  it("throws EngineUnavailable for a configuration that clamd refuses, in clamd's words", async () => {
    const configuration = join(folder, 'wrong.conf');
    writeFileSync(configuration, 'NoSuchDirective yes\n');
    const fault = start({ configuration });
    await expect(fault).rejects.toThrow(EngineUnavailable);
    await expect(fault).rejects.toThrow(/NoSuchDirective/);
  });

  it('throws EngineUnavailable when its folder cannot be filled, and leaves none', async () => {
    const fault = start({ definitions: join(folder, 'missing') });
    await expect(fault).rejects.toThrow(EngineUnavailable);
    await expect(fault).rejects.toMatchObject({
      message: expect.stringMatching(/^cannot start clamd: ENOENT.*missing/),
      cause: { code: 'ENOENT' },
    });
  });

  it('throws EngineUnavailable when the kernel does not run it', async () => {
    const binary = executable('no-program', '\0');
    await expect(start({ binary, searchPath: '' })).rejects.toThrow(EngineUnavailable);
  });

  it('throws EngineUnavailable when what is to run it is not there', async () => {
    const binary = executable('no-interpreter', '#!/nowhere/interpreter\n');
    const fault = onPlatform('darwin', () => start({ binary }));
    await expect(fault).rejects.toThrow(EngineUnavailable);
    await expect(fault).rejects.toThrow(/^cannot run clamd: .*ENOENT/);
  });

  it('throws EngineUnavailable when it is not up in time', async () => {
    const binary = executable('silent', '#!/bin/sh\necho loading\nexec sleep 60\n');
    const fault = start({ binary, startMilliseconds: 100 });
    await expect(fault).rejects.toMatchObject({ message: 'clamd was not up after 100 ms: loading' });
    expect(childrenNamed('sleep')).toEqual([]);
  });

  it('throws EngineUnavailable when the definitions cannot be linked, and leaves no folder', async () => {
    const definitions = join(folder, 'missing');
    await expect(start({ definitions })).rejects.toMatchObject({
      name: 'EngineUnavailable',
      message: expect.stringMatching(/^cannot start clamd: ENOENT/),
    });
    expect(privateFolders('clamd')).toEqual([]);
  });

  it.each([
    ['says nothing', 'exit 3', ''],
    ['says why', 'echo; echo " out of luck "; exit 3', 'out of luck'],
    ['says why elsewhere', 'echo out of luck >&2; exit 3', 'out of luck'],
  ])('throws EngineUnavailable when it ends by itself and %s', async (name, script, words) => {
    const fault = start({ binary: executable(name, `#!/bin/sh\n${script}\n`) });
    await expect(fault).rejects.toThrow(EngineUnavailable);
    await expect(fault).rejects.toMatchObject({ message: `clamd ended (no signal) before it was up: ${words}` });
  });

  it('quotes the end of what it says, where it says very much', async () => {
    const lines =
      'i=0; while [ $i -lt 400 ]; do echo "line $i of sixty characters, so that nothing early is kept"; i=$((i+1)); done';
    const fault = await start({ binary: executable('much', `#!/bin/sh\n${lines}\nexit 3\n`) }).catch(
      (error: Error) => error,
    );
    expect(fault).toBeInstanceOf(EngineUnavailable);
    expect((fault as Error).message).toMatch(/line 399 of sixty characters, so that nothing early is kept$/);
    expect((fault as Error).message).not.toContain('line 300 ');
  });

  it('is not running any more when it has ended by itself, in good order', async () => {
    const clamd = await start({});
    process.kill(childrenNamed('clamd')[0] ?? 0, 'SIGTERM');
    await until(() => !clamd.running());
    await clamd.stop();
  });

  it('inherits nothing of this process’s environment', async () => {
    process.env.AWS_SESSION_TOKEN = 'secret';
    const clamd = await start({});
    try {
      const [pid] = childrenNamed('clamd');
      const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((entry) => entry.split('=')[0]);
      expect(names.filter(Boolean)).toEqual(['PATH']);
    } finally {
      delete process.env.AWS_SESSION_TOKEN;
      await clamd.stop();
    }
  });

  it('tells how much memory it uses for itself, in bytes, and none when it has ended', async () => {
    const clamd = await start({});
    const [, kilobytes] =
      /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${childrenNamed('clamd')[0]}/status`, 'utf8')) ?? [];
    const told = clamd.memory();
    await clamd.stop();
    // It may have asked for a little more meanwhile.
    expect(told / (Number(kilobytes) * 1024)).toBeCloseTo(1, 1);
    expect(clamd.memory()).toBe(0);
  });

  it('is looked for where Debian, Fedora and Homebrew put it', () => {
    expect(CLAMD_FOLDERS).toEqual(['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin']);
  });

  it('throws EngineUnavailable when it is killed while loading', async () => {
    const binary = executable('killed', '#!/bin/sh\nkill -9 $$\n');
    await expect(start({ binary })).rejects.toMatchObject({ message: 'clamd ended (SIGKILL) before it was up: ' });
  });

  it('does not blame the definitions when it is killed while it logs about them, as when memory runs out', async () => {
    const binary = executable('killed-loading', '#!/bin/sh\necho loading database\nkill -9 $$\n');
    const fault = start({ binary });
    await expect(fault).rejects.toThrow(EngineUnavailable);
    await expect(fault).rejects.toMatchObject({
      message: 'clamd ended (SIGKILL) before it was up: loading database',
    });
  });

  it('blames the definitions when it ends while it logs about them', async () => {
    const binary = executable('ended-loading', '#!/bin/sh\necho loading database\nexit 1\n');
    const fault = start({ binary });
    await expect(fault).rejects.toThrow(DefinitionsUnavailable);
    await expect(fault).rejects.toThrow(/^clamd refuses .*: loading database$/);
  });

  it('refuses a temporary folder too deep for a socket', () => {
    const deep = join(folder, 'x'.repeat(100));
    expect(() => writeClamdConfiguration(deep, options)).toThrow(InvalidConfiguration);
  });
});

describe('a parent that ends', () => {
  const script = (name: string) => {
    const path = join(folder, `${name}.ts`);
    const url = (file: string) => JSON.stringify(join(process.cwd(), file));
    writeFileSync(
      path,
      `import { startClamd } from ${url('functions/adapters/clamav/clamd-process.ts')};
       import { createPrivateFolder } from ${url('functions/adapters/process/private-folder.ts')};
       await startClamd(${JSON.stringify(options)});
       createPrivateFolder('scratch');
       console.log('up');
       setInterval(() => {}, 1000);`,
    );
    return path;
  };

  it.each([
    ['SIGTERM', true],
    ['SIGINT', true],
    ['SIGKILL', false],
  ] as const)('by %s takes clamd along', async (signal, removesFolders) => {
    const parent = spawn(process.execPath, [script(signal)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => parent.stdout.once('data', resolve));
    const pid = parent.pid ?? 0;
    const [clamd = 0] = childrenNamed('clamd', pid);
    expect(clamd).toBeGreaterThan(0);
    const ended = new Promise((resolve) => parent.once('exit', (_code, by) => resolve(by)));
    parent.kill(signal);
    expect(await ended).toBe(signal);
    await until(() => !isRunning(clamd));
    expect(privateFolders('', pid).length === 0).toBe(removesFolders);

    // Leftovers are removed when the next process creates its folder.
    await (await start({})).stop();
    expect(privateFolders('', pid)).toEqual([]);
  });
});

/** Killed orphans stay as zombies where nothing reaps them. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
