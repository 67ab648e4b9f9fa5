import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface MirroredFile {
  readonly content: Buffer;
  readonly modified: Date;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A local mirror of definitions; supports If-Modified-Since, which freshclam uses. */
export interface SignatureMirror {
  readonly url: string;
  /** `<method> <path> -> <status>` of every request since the last `forget`. */
  readonly requests: readonly string[];
  forget(): void;
  put(name: string, content: string | Buffer, modified?: Date): void;
  remove(name: string): void;
  /** Replaces files until called without an answer. */
  answerWith(answer?: Answer): void;
  close(): Promise<void>;
}

export async function startSignatureMirror(): Promise<SignatureMirror> {
  const files = new Map<string, MirroredFile>();
  const requests: string[] = [];
  let answer: Answer | undefined;
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    response.once('close', () => requests.push(`${method} ${url} -> ${response.statusCode}`));
    (answer ?? serve)(request, response);
  });

  function serve(request: IncomingMessage, response: ServerResponse) {
    const file = files.get((request.url ?? '').slice(1));
    const since = Date.parse(request.headers['if-modified-since'] ?? '');
    if (file === undefined) response.writeHead(404).end();
    else if (Math.floor(file.modified.getTime() / 1000) * 1000 <= since) response.writeHead(304).end();
    else response.writeHead(200, { 'last-modified': file.modified.toUTCString() }).end(file.content);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    forget: () => requests.splice(0),
    // freshclam shows the time of its download, in whole seconds: ahead of it, every file is newer than that.
    put: (name, content, modified = new Date(Date.now() + 60_000)) =>
      files.set(name, { content: Buffer.from(content), modified }),
    remove: (name) => files.delete(name),
    answerWith: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const withStatus =
  (status: number): Answer =>
  (_request, response) =>
    response.writeHead(status).end();

/** Takes the request and says nothing. */
export const silence: Answer = () => undefined;
