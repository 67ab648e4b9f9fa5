import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant.ts';

export interface TestRun {
  /** `failed` names the first test that did. */
  readonly outcome: 'passed' | 'failed' | 'timeout';
  readonly failed: string;
}

/** A copy of the project in which faults are planted, so that tests that read files or start commands meet them too. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  /** Of the tests: a fault that is planted where folders are removed removes others of this folder only. */
  readonly #temporary = mkdtempSync(join(tmpdir(), 'm-'));
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    const list = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root });
    if (list.status !== 0) throw new Error(`git ls-files: ${list.stderr}`);
    for (const file of list.stdout.toString().split('\0').filter(Boolean)) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(root, file), join(this.folder, file), { force: true });
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  plant({ file, text }: Mutant): void {
    writeFileSync(join(this.folder, file), text);
  }

  restore({ file }: Mutant): void {
    writeFileSync(join(this.folder, file), readFileSync(join(this.#root, file)));
  }

  /** Runs test files one after another in this order, until one fails. Kills all that it started when time is up. */
  async test(files: readonly string[], milliseconds: number): Promise<TestRun> {
    const firstFailure = join(this.folder, 'first-failure.txt');
    rmSync(firstFailure, { force: true });
    removeFolder(this.#temporary);
    mkdirSync(this.#temporary, { mode: 0o700 });
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(this.folder, 'node_modules/jest/bin/jest.js'),
        '--config=test/mutation/jest.config.js',
        '--runInBand',
        '--bail',
        '--runTestsByPath',
        ...files,
      ],
      {
        cwd: this.folder,
        detached: true,
        stdio: 'ignore',
        env: {
          ...process.env,
          TMPDIR: this.#temporary,
          MUTATION_TEST_ORDER: JSON.stringify(files),
          MUTATION_FIRST_FAILURE: firstFailure,
        },
      },
    );
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, milliseconds);
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve));
    clearTimeout(timer);
    // What a test that was cut short left running.
    killGroup(child.pid);
    if (late) return { outcome: 'timeout', failed: `${files[0]} and others: not done after ${milliseconds} ms` };
    if (code === 0) return { outcome: 'passed', failed: '' };
    return { outcome: 'failed', failed: existsSync(firstFailure) ? readFileSync(firstFailure, 'utf8') : 'jest itself' };
  }

  remove(): void {
    for (const folder of [this.folder, this.#temporary]) removeFolder(folder);
  }
}

/** With the small disks in it, which a test that was cut short left mounted. */
function removeFolder(folder: string): void {
  for (const line of existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8').split('\n') : []) {
    const [, place = ''] = line.split(' ');
    if (place.startsWith(`${folder}/`)) spawnSync('umount', ['--lazy', place]);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}
