import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BoundProcess, spawnBound } from '../../functions/adapters/process/bound-process.ts';
import { ROOT } from '../../local/stack/synthesis.ts';

type Environment = Readonly<Record<string, string>>;

const BETWEEN_LOOKS_MS = 100;
const LONGEST_WAIT_MS = 30_000;
const STOP_MS = 5_000;

/** A copy of examples/rails with a database of its own. */
export class RailsApplication {
  /** Changed before `start`. */
  readonly folder: string;
  readonly #environment: Environment;
  readonly #log: string[] = [];
  #server: BoundProcess | undefined;
  #origin = '';

  constructor(environment: Environment = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'airlock-rails-'));
    cpSync(join(ROOT, 'examples/rails'), this.folder, { recursive: true });
    this.#environment = {
      HOME: this.folder,
      LANG: 'C.UTF-8',
      RAILS_ENV: 'production',
      SECRET_KEY_BASE: 'only for tests',
      DATABASE: join(this.folder, 'application.sqlite3'),
      AWS_REGION: 'us-east-1',
      ...environment,
    };
  }

  get origin(): string {
    return this.#origin;
  }

  get log(): string {
    return this.#log.join('\n');
  }

  async migrate(): Promise<void> {
    await this.run('bin/rails', ['db:migrate']);
  }

  /** @returns what the Ruby code printed to stderr, where no log goes */
  async runner(code: string, environment: Environment = {}): Promise<string> {
    return (await this.run('bin/rails', ['runner', code], environment)).stderr.trim();
  }

  async run(program: string, args: readonly string[], environment: Environment = {}) {
    const env = { PATH: process.env.PATH, ...this.#environment, ...environment };
    return promisify(execFile)(program, args, { cwd: this.folder, env, maxBuffer: 64 * 1024 ** 2 });
  }

  async start(): Promise<void> {
    const args = ['--dir', this.folder, '--bind', 'tcp://127.0.0.1:0', '--environment', 'production', 'config.ru'];
    const server = spawnBound('puma', args, process.env.PATH, this.#environment);
    this.#server = server;
    const listening = Promise.withResolvers<string>();
    for (const stream of [server.stdout, server.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.#log.push(line);
        const [, origin] = /Listening on (http:\S+)/.exec(line) ?? [];
        if (origin !== undefined) listening.resolve(origin);
      });
    }
    server.once('close', () => listening.reject(new Error(`Rails has not started:\n${this.log}`)));
    this.#origin = await listening.promise;
  }

  fetch(path: string, options: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.#origin), options);
  }

  /** What its database has. */
  rows(sql: string, ...values: string[]): Record<string, unknown>[] {
    const database = new DatabaseSync(this.#environment.DATABASE ?? '', { readOnly: true, timeout: LONGEST_WAIT_MS });
    try {
      return database.prepare(sql).all(...values);
    } finally {
      database.close();
    }
  }

  /** The page, once it is as wanted. */
  async page(path: string, wanted: RegExp): Promise<string> {
    const html = async () => (await this.fetch(path)).text();
    return this.until(html, (page) => wanted.test(page));
  }

  /** What `look` finds, once it is as wanted. */
  async until<T>(look: () => T | Promise<T>, wanted: (found: T) => boolean): Promise<T> {
    const limit = Date.now() + LONGEST_WAIT_MS;
    for (;;) {
      const found = await look();
      if (wanted(found)) return found;
      if (Date.now() > limit) throw new Error(`not as wanted: ${JSON.stringify(found, null, 2)}\n${this.log}`);
      await delay(BETWEEN_LOOKS_MS);
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server !== undefined && server.exitCode === null && server.signalCode === null) {
      const closed = once(server, 'close');
      server.kill('SIGTERM');
      const forced = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
      await closed;
      clearTimeout(forced);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
