import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RegistryAnswers {
  readonly index?: object;
  readonly type?: string;
  /** What the registry says that the digest is; default: what it is. */
  readonly digest?: string;
  readonly status?: number;
  /** Whether it asks for a token first, as Docker Hub does. */
  readonly asksForToken?: boolean;
  readonly realm?: string;
}

export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const platforms = ['amd64', 'arm64'].map((architecture) => ({ platform: { os: 'linux', architecture } }));
export const INDEX = { schemaVersion: 2, manifests: platforms };

export const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A registry of images with one tag: `library/node:24.21.0-bookworm-slim`. */
export async function startRegistry({
  index = INDEX,
  type = INDEX_TYPE,
  digest,
  status = 200,
  asksForToken = true,
  realm,
}: RegistryAnswers = {}) {
  const body = JSON.stringify(index);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    if (pathname === '/token') {
      const fits =
        searchParams.get('scope') === 'repository:library/node:pull' && searchParams.get('service') === 'here';
      response.end(JSON.stringify(fits ? { token: 'secret' } : {}));
    } else if (pathname !== '/v2/library/node/manifests/24.21.0-bookworm-slim') {
      response.writeHead(404).end();
    } else if (asksForToken && request.headers.authorization !== 'Bearer secret') {
      const challenge = `Bearer realm="${realm ?? `${url}/token`}",service="here",scope="repository:library/node:pull"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    } else {
      const accepted = request.headers.accept?.includes(INDEX_TYPE) ? status : 406;
      const headers = { 'content-type': type, 'docker-content-digest': digest ?? sha256(body) };
      response.writeHead(accepted, headers).end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    digest: sha256(body),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
