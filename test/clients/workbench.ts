import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Airlock } from '../support/airlock.ts';

const CLIENT_MILLISECONDS = 60_000;

/** The bucket that clients use, and what they send: more than two parts of five MiB. */
export const BUCKET = 'uploads';
export const SMALL = 'all is well\n';
export const LARGE = `${randomBytes(4_000_000).toString('hex').match(/.{64}/g)?.join('\n')}\n${'x\n'.repeat(2_000_000)}`;
export const md5 = (content: string | Uint8Array) => createHash('md5').update(content).digest('hex');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running pipeline, and a folder in which the programs of the distribution run as one of its people. */
export class Workbench {
  readonly airlock: Airlock;
  readonly folder: string;

  private constructor(airlock: Airlock, folder: string) {
    this.airlock = airlock;
    this.folder = folder;
  }

  static async open(airlock: object = { buckets: [{ name: BUCKET }] }): Promise<Workbench> {
    const folder = mkdtempSync(join(tmpdir(), 'airlock-clients-'));
    mkdirSync(join(folder, 'tree', 'sub'), { recursive: true });
    for (const name of ['small.txt', 'tree/a.txt', 'tree/sub/b.txt']) writeFileSync(join(folder, name), SMALL);
    writeFileSync(join(folder, 'large.txt'), LARGE);
    return new Workbench(await Airlock.start({ airlock }), folder);
  }

  get endpoint(): string {
    return this.airlock.pipeline.s3.endpoint;
  }

  /** Runs a line of the shell without the settings of whoever runs the test. */
  async run(line: string, as: 'uploader' | 'reader' | 'operator' = 'uploader'): Promise<Ended> {
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: this.folder,
      AWS_ACCESS_KEY_ID: as,
      AWS_SECRET_ACCESS_KEY: 'anything',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    try {
      const options = { cwd: this.folder, env, timeout: CLIENT_MILLISECONDS, maxBuffer: 64 * 1024 ** 2 };
      return { code: 0, ...(await promisify(execFile)('/bin/bash', ['-c', line], options)) };
    } catch (fault) {
      const { code, stdout = '', stderr = '' } = fault as { code?: number; stdout?: string; stderr?: string };
      return { code: code ?? 1, stdout, stderr };
    }
  }

  /** The output of a line that must succeed. @throws Error with what it said */
  async ok(line: string, as?: 'uploader' | 'reader' | 'operator'): Promise<string> {
    const { code, stdout, stderr } = await this.run(line, as);
    if (code !== 0) throw new Error(`${line}\nexit code ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Holds scans back while `use` runs, so that its uploads are not CLEAN yet, then lets them end. */
  async beforeVerdict<Result>(use: () => Promise<Result>): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.airlock.beforeInvocation(() => promise);
    try {
      return await use();
    } finally {
      resolve();
      this.airlock.beforeInvocation(undefined);
      await this.scanned();
    }
  }

  scanned(): Promise<void> {
    return this.airlock.pipeline.idle();
  }

  async close(): Promise<void> {
    await this.airlock.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
