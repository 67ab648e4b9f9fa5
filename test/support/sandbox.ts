import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { until } from './processes.ts';

/** A process group that can be frozen, as Lambda freezes a sandbox: nothing in it runs, and time goes on. */
export class Sandbox {
  /** What it has printed. */
  readonly lines: string[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, null>;

  /** @param source of a module; `@root/` stands for the folder of this repository */
  constructor(folder: string, source: string, env: Readonly<Record<string, string>> = {}) {
    const path = join(folder, 'sandbox.ts');
    writeFileSync(path, source.replaceAll('@root/', `${process.cwd()}/`));
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    this.#child = spawn(process.execPath, [path], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...inherited, ...env },
      detached: true,
    });
    createInterface(this.#child.stdout).on('line', (line) => this.lines.push(line));
  }

  async printed(line: string): Promise<void> {
    const ended = () => this.#child.exitCode !== null || this.#child.signalCode !== null;
    await until(() => this.lines.includes(line) || ended());
  }

  async freeze(milliseconds: number): Promise<void> {
    this.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    this.signal('SIGCONT');
  }

  /** To every process in it. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-(this.#child.pid ?? 0), signal);
  }

  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
  }

  kill(): void {
    try {
      this.signal('SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
