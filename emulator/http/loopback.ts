import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** `http://127.0.0.1:PORT`, or `https` */
  readonly endpoint: string;
  /** Aborts running requests. */
  close(): Promise<void>;
}

/** The only address that anything here listens on. */
export const LOOPBACK = '127.0.0.1';

/**
 * Makes a server reachable only from this machine.
 * @param port 0, the default, takes any free one
 * @throws Error EADDRINUSE, with the port
 */
export async function listenOnLoopback(server: Server | SecureServer, port = 0): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return {
    endpoint: `${scheme}://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
