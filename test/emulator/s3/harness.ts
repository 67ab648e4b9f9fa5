import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type S3Server, type S3ServerOptions, startS3Server } from '../../../emulator/s3/server.ts';

export interface TestServer extends S3Server {
  readonly root: string;
  /** Closes the server and removes its folder. */
  stop(): Promise<void>;
}

export async function startTestServer(options: Omit<S3ServerOptions, 'root'> = {}): Promise<TestServer> {
  const root = await mkdtemp(join(tmpdir(), 'airlock-s3-'));
  const server = await startS3Server({ root, ...options });
  return {
    ...server,
    root,
    stop: async () => {
      await server.close();
      await rm(root, { recursive: true });
    },
  };
}

export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request that no SDK would send; the path goes out as it is. */
export function send(
  server: S3Server,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: OutgoingHttpHeaders; body?: string | Buffer } = {},
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: server.port, method, path, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
