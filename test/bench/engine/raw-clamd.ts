import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { writeClamdConfiguration } from '../../../functions/adapters/clamav/clamd-configuration.ts';
import { CLAMD_FOLDERS } from '../../../functions/adapters/clamav/clamd-process.ts';
import { findExecutable, spawnBound } from '../../../functions/adapters/process/bound-process.ts';
import { createPrivateFolder, removePrivateFolder } from '../../../functions/adapters/process/private-folder.ts';
import { processorMsOf, processorMsOfEndedChildren } from '../../support/processor-time.ts';
import { peakBytes } from '../memory.ts';

/** Between two looks whether clamd listens. */
const LOOK_MILLISECONDS = 2;

export interface Scanned {
  readonly ms: number;
  /** Of the client and of clamd. */
  readonly processorMs: number;
  /** Paths and signatures; whatever else it could not scan is a fault. */
  readonly found: readonly string[];
}

/** What the engine can do at all: clamd with our clamd.conf, and its own client. */
export interface RawClamd {
  /** From its start until it answered a PING. */
  readonly loadMs: number;
  /** What it takes with the signatures loaded, bytes. */
  readonly memoryBytes: number;
  /** `clamdscan --fdpass --multiscan` over a file, or a folder and all in it. */
  clamdscan(path: string): Promise<Scanned>;
  /** One file by one command to the socket. */
  scan(path: string): Promise<{ readonly ms: number; readonly answer: string }>;
  /** `clamscan`, which loads the signatures itself. */
  clamscan(path: string): Promise<number>;
  stop(): Promise<void>;
}

const program = (name: string): string => {
  const path = findExecutable(name, process.env.PATH, CLAMD_FOLDERS);
  if (path === undefined) throw new Error(`${name} is not installed: npm run bench installs it on Debian and Ubuntu`);
  return path;
};

export async function startRawClamd(definitions: string, maxObjectBytes: number): Promise<RawClamd> {
  const folder = createPrivateFolder('raw');
  const configuration = 'infra/scanner/clamd.conf';
  const settings = { configuration, definitions, maxObjectBytes, maxScanMilliseconds: 600_000 };
  const { file, socket } = writeClamdConfiguration(folder, settings);
  const begun = performance.now();
  const clamd = spawnBound(program('clamd'), [`--config-file=${file}`], process.env.PATH);
  const ended = once(clamd, 'close');
  const said = Promise.all([text(clamd.stdout), text(clamd.stderr)]);
  const stop = async () => {
    clamd.kill('SIGKILL');
    await ended;
    removePrivateFolder(folder);
  };
  while ((await ask(socket, 'PING').catch(() => '')) !== 'PONG') {
    if (clamd.exitCode !== null) throw new Error(`clamd ended: ${(await said).join('')}`);
    await wait(LOOK_MILLISECONDS);
  }
  const loadMs = performance.now() - begun;
  const pid = clamd.pid ?? 0;
  return {
    loadMs,
    memoryBytes: peakBytes(pid),
    async clamdscan(path) {
      const args = [`--config-file=${file}`, '--fdpass', '--multiscan', '--no-summary', path];
      const used = () => processorMsOf(pid) + processorMsOfEndedChildren();
      const [before, started] = [used(), performance.now()];
      const output = await runProgram('clamdscan', args);
      const ms = performance.now() - started;
      const found = output.split('\n').filter((line) => line.endsWith(' FOUND'));
      return { ms, processorMs: used() - before, found };
    },
    async scan(path) {
      const started = performance.now();
      const answer = await ask(socket, `SCAN ${path}`);
      return { ms: performance.now() - started, answer };
    },
    async clamscan(path) {
      const started = performance.now();
      const output = await runProgram('clamscan', [`--database=${join(folder, 'db')}`, '--no-summary', path]);
      if (!output.includes(': OK')) throw new Error(`clamscan: ${output}`);
      return performance.now() - started;
    },
    stop,
  };
}

/** @throws Error when it could not scan something */
async function runProgram(name: string, args: readonly string[]): Promise<string> {
  const child = spawnBound(program(name), args, process.env.PATH);
  const closed = once(child, 'close');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  if (code !== 0 && code !== 1) throw new Error(`${name} ended with ${code}: ${errors}`);
  return output;
}

/** One command on a connection of its own. */
async function ask(socket: string, command: string): Promise<string> {
  const connection = connect(socket);
  try {
    await once(connection, 'connect');
    connection.write(`z${command}\0`);
    return (await text(connection)).replace(/\0$/, '');
  } finally {
    connection.destroy();
  }
}
