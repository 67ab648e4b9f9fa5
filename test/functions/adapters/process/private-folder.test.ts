import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createPrivateFolder, removePrivateFolder } from '../../../../functions/adapters/process/private-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'private-folder-'));
afterAll(() => rmSync(root, { recursive: true }));
let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(root, 'parent-'));
});
afterEach(() => void jest.restoreAllMocks());

/** Makes a folder of that name, with something in it, as a process would leave it. */
function leave(name: string): string {
  mkdirSync(join(parent, name));
  writeFileSync(join(parent, name, 'file'), 'x');
  return name;
}

/** What is left in `parent` when a new folder has been made, and has gone again. */
function leftAfterNext(): string[] {
  removePrivateFolder(createPrivateFolder('scratch', parent));
  return readdirSync(parent);
}

describe('a private folder', () => {
  it('is this user’s alone, has a name nobody can guess, and may be removed twice, with all that is in it', () => {
    const folder = createPrivateFolder('scratch', join(parent, 'not', 'yet'));
    expect(dirname(folder)).toBe(join(parent, 'not', 'yet'));
    expect(basename(folder)).toMatch(new RegExp(`^airlock-${process.pid}-scratch-\\w{6}$`));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder, 'file'), 'x');
    removePrivateFolder(folder);
    removePrivateFolder(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('lies in the system’s temporary folder where no other is named', () => {
    const folder = createPrivateFolder('scratch');
    expect(dirname(folder)).toBe(tmpdir());
    removePrivateFolder(folder);
  });

  it('adds no listener for each', () => {
    removePrivateFolder(createPrivateFolder('scratch', parent));
    const listeners = () => ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name));
    const before = listeners();
    removePrivateFolder(createPrivateFolder('scratch', parent));
    expect(listeners()).toEqual(before);
  });
});

/** A process that makes a private folder and tells its path, then does as `more` says, which may name `folder`. */
function owner(more: string, through: readonly string[] = []) {
  const script = `
    import { existsSync, mkdirSync } from 'node:fs';
    import { createPrivateFolder, removePrivateFolder } from './functions/adapters/process/private-folder.ts';
    const folder = createPrivateFolder('scratch', process.env.PARENT);
    console.log(folder);
    ${more}`;
  const [command = '', ...args] = [...through, process.execPath, '--input-type=module', '-e', script];
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PARENT: parent },
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { child, said: text(child.stdout), ended };
}

describe('when its process ends', () => {
  it('by itself, it goes along; one that was removed before is forgotten', async () => {
    const { said, ended } = owner(`
      createPrivateFolder('other', process.env.PARENT);
      removePrivateFolder(folder);
      mkdirSync(folder);`);
    expect(await ended).toBe(0);
    expect(readdirSync(parent)).toEqual([basename((await said).trim())]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s, it goes along', async (signal) => {
    const { child, said, ended } = owner(`setInterval(() => {}, 1000);`);
    await once(child.stdout, 'readable');
    expect(readdirSync(parent)).toHaveLength(1);
    child.kill(signal);
    expect(await ended).toBe(signal);
    await said;
    expect(readdirSync(parent)).toEqual([]);
  });

  it('by a signal that the process handles itself, it stays until then', async () => {
    const { child, said, ended } = owner(`
      process.on('SIGTERM', () => {
        console.log(existsSync(folder));
        process.exit(7);
      });
      setInterval(() => {}, 1000);
      console.log('ready');`);
    const ready = Promise.withResolvers<void>();
    child.stdout.on('data', (chunk) => String(chunk).includes('ready') && ready.resolve());
    await ready.promise;
    child.kill('SIGTERM');
    expect(await ended).toBe(7);
    expect((await said).trim().split('\n').at(-1)).toBe('true');
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe('what another process left', () => {
  /** A process that is not running, or one of another user, told by what the kernel says of it. */
  function answerWith(code: 'ESRCH' | 'EPERM'): void {
    jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
  }

  it.each([
    ['EPERM', 'stays where the process is another user’s', true],
    ['ESRCH', 'goes where the process has ended', false],
  ] as const)('on %s %s', (code, _, left) => {
    const theirs = leave('airlock-12345-scratch-theirs');
    answerWith(code);
    expect(leftAfterNext()).toEqual(left ? [theirs] : []);
  });

  it('stays while it is running', () => {
    const theirs = leave(`airlock-${process.ppid}-scratch-theirs`);
    expect(leftAfterNext()).toEqual([theirs]);
  });

  it('stays where its name is not one of ours', () => {
    const names = ['old-airlock-12345-scratch-x', 'airlock-x-12345-y', 'airlock-12345', 'other'].map(leave).sort();
    answerWith('ESRCH');
    expect(leftAfterNext().sort()).toEqual(names);
  });

  it('goes though it had the number that this one has now, as on Lambda, which starts a runtime anew under its number', async () => {
    const before = ['sh', '-c', 'mkdir "$PARENT/airlock-$$-scratch-before" && exec "$0" "$@"'];
    const { said, ended } = owner(
      `console.log(existsSync(process.env.PARENT + '/airlock-' + process.pid + '-scratch-before'));`,
      before,
    );
    expect(await ended).toBe(0);
    expect((await said).trim().split('\n').at(-1)).toBe('false');
  });
});

describe('a folder of this process', () => {
  it('stays where it is younger than the process, whoever made it', () => {
    const young = leave(`airlock-${process.pid}-scratch-young`);
    expect(leftAfterNext()).toEqual([young]);
    // Made in the very instant in which the process began.
    const began = statSync(join(parent, young)).birthtimeMs;
    jest.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(began);
    expect(leftAfterNext()).toEqual([young]);
  });

  it('stays where the clock was put back since the process began', () => {
    const folder = createPrivateFolder('scratch', parent);
    jest.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(Date.now() + 3_600_000);
    expect(leftAfterNext()).toEqual([basename(folder)]);
    removePrivateFolder(folder);
  });

  it('may be a link that leads nowhere', () => {
    symlinkSync(join(realpathSync(root), 'nowhere'), join(parent, `airlock-${process.pid}-scratch-link`));
    expect(leftAfterNext()).toHaveLength(1);
  });
});
