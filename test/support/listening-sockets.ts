import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';

/** As the kernel writes it. */
export const LOOPBACK_ADDRESS = '0100007F';

/** Addresses, as the kernel writes them, that these processes listen on over TCP. */
export const listeningAddresses = (pids: readonly number[]): string[] =>
  listeningSockets(pids).map((socket) => socket.split(':')[0] ?? '');

/** The same with ports: `0100007F:11DC`. */
export function listeningSockets(pids: readonly number[]): string[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  return tcpSockets().flatMap(({ inode, socket }) => (inodes.has(inode) ? [socket] : []));
}

/** Those that any process of the machine listens on. */
export const allListeningSockets = (): string[] => tcpSockets().map(({ socket }) => socket);

function tcpSockets() {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === LISTEN)
      .map(([, socket = '', , , , , , , , inode = '']) => ({ socket, inode })),
  );
}

function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}
