import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CLAMD_FOLDERS } from '../../functions/adapters/clamav/clamd-process.ts';
import { findExecutable } from '../../functions/adapters/process/bound-process.ts';
import { childrenNamed } from './processes.ts';

/** What can happen to one SCAN. */
export const ENGINE_FAULTS = [
  /** SIGKILL, as the kernel ends what takes too much memory. */
  'killed',
  /** SIGSTOP: it listens, and does nothing. */
  'hung',
  /** This scan hangs, others go on. */
  'silent',
  'hangUp',
  'split',
  'cutOff',
  'unterminated',
  'garbage',
  'error',
  'noRoom',
  'otherFile',
] as const;
export type EngineFault = (typeof ENGINE_FAULTS)[number];

export interface ClamdProxy {
  /** For `CLAMD_PATH`: starts the real clamd, with this proxy before its socket. */
  readonly binary: string;
  close(): Promise<void>;
}

/** Stands between the pipeline and its real clamd. Linux only. */
export async function startClamdProxy(folder: string, choose: () => EngineFault | undefined): Promise<ClamdProxy> {
  const clamd = findExecutable('clamd', process.env.PATH, CLAMD_FOLDERS) ?? 'clamd';
  const socket = join(folder, 's');
  const target = join(folder, 'target');
  const binary = join(folder, 'clamd');
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined).once('close', () => sockets.delete(client));
    client.once('data', (command) => {
      exchange(client, command, readFileSync(target, 'utf8'), choose).catch(() => client.destroy());
    });
  }).listen(socket);
  await once(server, 'listening');
  writeFileSync(binary, wrapper(clamd, socket, target));
  chmodSync(binary, 0o700);
  return {
    binary,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const open of sockets) open.destroy();
      await closed;
    },
  };
}

/** `exec` keeps the process that the engine started, and with it everything the engine may do to it. */
const wrapper = (clamd: string, socket: string, target: string) => `#!/bin/sh
folder=\${1#--config-file=}
folder=\${folder%/*}
sed -i "s|^LocalSocket .*|LocalSocket $folder/real|" "$folder/clamd.conf"
ln -s '${socket}' "$folder/s"
printf %s "$folder/real" > '${target}'
exec '${clamd}' "$@"
`;

async function exchange(client: Socket, command: Buffer, target: string, choose: () => EngineFault | undefined) {
  const path = /^SCAN (.*)/.exec(command.toString())?.[1];
  const fault = path === undefined ? undefined : choose();
  if (fault === 'hung') signalEngine('SIGSTOP');
  if (fault === 'silent') return;
  if (fault === 'hangUp') return void client.destroy();
  const made = fault === undefined ? undefined : REPLIES[fault]?.(path ?? '');
  if (made !== undefined) return void client.end(made);

  const clamd = connect(target);
  client.once('close', () => clamd.destroy());
  clamd.write(command, () => {
    if (fault === 'killed') signalEngine('SIGKILL');
  });
  const reply = await buffer(clamd);
  if (fault === 'cutOff') return void client.end(reply.subarray(0, reply.length - 4));
  if (fault === 'unterminated') return void client.end(reply.subarray(0, -1));
  if (fault === 'split') {
    client.write(reply.subarray(0, -8));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return void client.end(reply.subarray(-8));
  }
  client.end(reply);
}

function signalEngine(signal: NodeJS.Signals): void {
  for (const pid of childrenNamed('clamd')) process.kill(pid, signal);
}

const REPLIES: Partial<Record<EngineFault, (path: string) => string>> = {
  garbage: () => 'what?\n',
  error: (path) => `${path}: Can't allocate memory ERROR\n`,
  noRoom: (path) => `${path}: Can't write to file ERROR\n`,
  otherFile: () => '/tmp/other: OK\n',
};
