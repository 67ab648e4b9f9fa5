import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { CLAMD_FOLDERS } from '../../functions/adapters/clamav/clamd-process.ts';
import { findExecutable } from '../../functions/adapters/process/bound-process.ts';
import { childrenNamed } from './processes.ts';

const SCAN = 'zSCAN ';

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
    serve(client, readFileSync(target, 'utf8'), choose);
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

/**
 * `exec` keeps the process that the engine started, and with it everything the engine may do to it. The target is moved to
 * its place: a connection may come while it is written.
 */
const wrapper = (clamd: string, socket: string, target: string) => `#!/bin/sh
folder=\${1#--config-file=}
folder=\${folder%/*}
sed -i "s|^LocalSocket .*|LocalSocket $folder/real|" "$folder/clamd.conf"
printf %s "$folder/real" > '${target}'.$$
mv '${target}'.$$ '${target}'
ln -s '${socket}' "$folder/s"
exec '${clamd}' "$@"
`;

/** One connection of the pipeline, a session or a PING, and the one to clamd behind it. */
function serve(client: Socket, target: string, choose: () => EngineFault | undefined): void {
  const clamd = connect(target);
  client.once('close', () => clamd.destroy());
  clamd.on('error', () => client.destroy());
  /** Of each scan that clamd has: the number that the pipeline knows it by, and what is to become of its reply. */
  const asked: { readonly number: number; readonly fault: EngineFault | undefined }[] = [];
  let number = 0;

  function scan(command: string): void {
    number += 1;
    const path = command.slice(SCAN.length);
    const fault = choose();
    if (fault === 'silent') return;
    if (fault === 'hangUp') return void client.destroy();
    if (fault === 'hung') signalEngine('SIGSTOP');
    const made = fault === undefined ? undefined : REPLIES[fault]?.(path);
    if (made !== undefined) return void client.write(fault === 'garbage' ? made : `${number}: ${made}`);
    asked.push({ number, fault });
    clamd.write(`${command}\0`, () => {
      if (fault === 'killed') signalEngine('SIGKILL');
    });
  }

  async function reply(text: string): Promise<void> {
    const [, theirs, rest = ''] = /^(\d+): (.*)$/s.exec(text) ?? [];
    const known = asked[Number(theirs) - 1];
    // PONG.
    if (known === undefined) return void client.write(text);
    const ours = `${known.number}: ${rest}\0`;
    if (known.fault === 'cutOff') return void client.end(ours.slice(0, -5));
    if (known.fault === 'unterminated') return void client.end(ours.slice(0, -1));
    if (known.fault !== 'split') return void client.write(ours);
    client.write(ours.slice(0, -8));
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.write(ours.slice(-8));
  }

  // A turn at a time, so that a reply in pieces stays in one piece.
  let replies: Promise<unknown> = Promise.resolve();
  let begun = '';
  client.on('data', (data) => {
    const commands = (begun + data.toString()).split('\0');
    begun = commands.pop() ?? '';
    for (const command of commands) {
      if (command.startsWith(SCAN)) scan(command);
      else clamd.write(`${command}\0`);
    }
    // clamscan's, which does not end.
    if (begun !== 'PING') return;
    clamd.write(begun);
    begun = '';
  });
  let rest = '';
  clamd.on('data', (data) => {
    const texts = (rest + data.toString()).split('\0');
    rest = texts.pop() ?? '';
    if (/^PONG\n/.test(rest)) texts.push(rest);
    for (const text of texts) replies = replies.then(() => reply(text));
  });
  clamd.once('close', () => void replies.then(() => client.end()));
}

function signalEngine(signal: NodeJS.Signals): void {
  for (const pid of childrenNamed('clamd')) process.kill(pid, signal);
}

const REPLIES: Partial<Record<EngineFault, (path: string) => string>> = {
  garbage: () => 'what?\0',
  error: (path) => `${path}: Can't allocate memory ERROR\0`,
  noRoom: (path) => `${path}: Can't write to file ERROR\0`,
  otherFile: () => '/tmp/other: OK\0',
};
