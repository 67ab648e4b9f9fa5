import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { LOOPBACK } from '../../../emulator/http/loopback.ts';

type Endpoints = Readonly<Record<string, string>>;

/** Addresses that stay while what answers there changes: as those of a pipeline that is stopped and started again. */
export class StayingAddresses {
  /** By service, as the profile has them. */
  readonly endpoints: Endpoints;
  readonly #close: () => Promise<unknown>;
  /** undefined: nobody answers. */
  target: Endpoints | undefined;

  private constructor(endpoints: Endpoints, close: () => Promise<unknown>) {
    this.endpoints = endpoints;
    this.#close = close;
  }

  static async like(target: Endpoints): Promise<StayingAddresses> {
    const open = new Set<Socket>();
    const servers = await Promise.all(
      Object.keys(target).map(async (name) => {
        const server = createServer((client) => {
          const endpoint = addresses.target?.[name];
          if (endpoint === undefined) return client.destroy();
          const { hostname, port } = new URL(endpoint);
          const service = connect(Number(port), hostname);
          for (const [one, other] of [
            [client, service],
            [service, client],
          ] as const) {
            open.add(one);
            one.on('error', () => undefined).pipe(other);
            one.once('close', () => {
              open.delete(one);
              other.destroy();
            });
          }
        });
        await once(server.listen(0, LOOPBACK), 'listening');
        return [name, server] as const;
      }),
    );
    const addresses = new StayingAddresses(
      Object.fromEntries(servers.map(([name, server]) => [name, endpointOf(server)])),
      async () => {
        for (const socket of open) socket.destroy();
        await Promise.all(servers.map(([, server]) => new Promise((resolve) => server.close(resolve))));
      },
    );
    addresses.target = target;
    return addresses;
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

const endpointOf = (server: Server) => `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
