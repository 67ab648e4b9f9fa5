import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeXml } from '../http/xml.ts';
import { ACTIONS } from './actions/index.ts';
import { parseAddress } from './address.ts';
import { type Authorize, allowAll } from './authorization.ts';
import { Bodies, type Body } from './bodies.ts';
import { type BucketSettings, Buckets, type StoredObject } from './buckets.ts';
import { Call } from './call.ts';
import { answerPreflight, showAnswer } from './cors.ts';
import { RequestCounters } from './counters.ts';
import { invalidArgument, notImplemented, S3Error } from './errors.ts';
import type { S3Event } from './events.ts';
import { resolveCaller } from './identity.ts';
import { operationOf } from './routes.ts';
import { type SeedContent, type SeedOptions, seedObject } from './seed.ts';
import type { S3State } from './server-state.ts';
import { Uploads } from './uploads.ts';

export interface S3RequestInfo {
  /** AWS's name, `PutObject`; an unsupported one then gets a 501. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  readonly accessKeyId: string | undefined;
}

export interface S3ServerOptions {
  /** Folder for larger contents; created if missing. The server only writes to and removes its own folder inside it. */
  readonly root: string;
  /** Bytes of small bodies that are kept in memory instead of files; default 32 MiB. */
  readonly memoryBytes?: number;
  /** 0 (default): any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly authorize?: Authorize;
  /** Called during the write, before its answer is sent; must not throw. */
  readonly onEvent?: (event: S3Event) => void;
  /** Called before an operation starts, and awaited: tests hold requests here, or throw an S3Error instead. */
  readonly onRequest?: (request: S3RequestInfo) => void | Promise<void>;
  readonly clock?: () => Date;
  readonly account?: string;
  readonly region?: string;
}

export interface S3Server {
  /** `http://127.0.0.1:PORT`; the SDKs use path style for addresses like this. */
  readonly endpoint: string;
  readonly port: number;
  readonly buckets: Buckets<Body>;
  /** The contents: `bodies.read(version.body)`. */
  readonly bodies: Bodies;
  readonly requests: RequestCounters;
  createBucket(name: string, options?: BucketSettings): void;
  /** Stores an object without a request, a permission or an event, with any age. */
  seed(bucket: string, key: string, content: SeedContent, options?: SeedOptions): Promise<StoredObject<Body>>;
  /** Waits until no request is running. */
  idle(): Promise<void>;
  /** Aborts running requests, waits for them, and removes the contents. */
  close(): Promise<void>;
}

/** Starts an S3 server. What it supports is in emulator/README.md. */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { root, memoryBytes = 32 * 1024 * 1024, port = 0, host = '127.0.0.1', clock = () => new Date() } = options;
  const bodies = await Bodies.open(root, memoryBytes);
  const release = (body: Body) => bodies.release(body);
  const newVersionId = () => randomBytes(24).toString('base64url').replaceAll('-', '.');
  const state: S3State = {
    buckets: new Buckets<Body>({ clock, newVersionId, release }),
    uploads: new Uploads<Body>(release),
    bodies,
    counters: new RequestCounters(),
    authorize: options.authorize ?? allowAll,
    onEvent: options.onEvent ?? (() => undefined),
    clock,
    account: options.account ?? '000000000000',
    region: options.region ?? 'us-east-1',
  };
  const underWay = new Set<Promise<void>>();
  const accept = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const work: Promise<void> = serve(request, response, state, expectsContinue, options.onRequest).finally(() =>
      underWay.delete(work),
    );
    underWay.add(work);
  };
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000, maxHeaderSize: 65_536 }, accept(false));
  server.on('checkContinue', accept(true));
  await listen(server, port, host);
  const actualPort = (server.address() as AddressInfo).port;
  return {
    endpoint: `http://${host}:${actualPort}`,
    port: actualPort,
    buckets: state.buckets,
    bodies,
    requests: state.counters,
    createBucket: (name, bucketOptions) => void state.buckets.createBucket(name, bucketOptions),
    seed: (bucket, key, content, seedOptions) => seedObject(state, bucket, key, content, seedOptions),
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all(underWay);
      await closed;
      await bodies.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
}

/** Never rejects: any error becomes an answer, or a broken connection if the answer has started. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  state: S3State,
  expectsContinue: boolean,
  onRequest: S3ServerOptions['onRequest'],
): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', randomBytes(24).toString('base64'));
  response.setHeader('Server', 'AmazonS3');
  try {
    const address = parseAddress(request.url ?? '/', request.headers.host);
    if (request.method === 'OPTIONS' && address.bucket !== '') {
      answerPreflight(request, response, state.buckets.bucket(address.bucket).cors);
      return void request.resume();
    }
    showAnswer(request, response, state.buckets.lookup(address.bucket)?.cors ?? []);
    const caller = resolveCaller(request.headers.authorization, address.query, state.clock());
    const call = new Call(request, response, requestId, state, address, caller, expectsContinue);
    const header = (name: string) => call.header(name);
    const operation = operationOf({ ...address, method: request.method ?? '', header });
    state.counters.add(operation);
    const versionId = address.query.get('versionId');
    const { bucket, key } = address;
    await onRequest?.({ operation, bucket, key, versionId, accessKeyId: caller.accessKeyId });
    const action = ACTIONS[operation];
    if (action === undefined) throw notImplemented(operation);
    const owner = call.header('x-amz-expected-bucket-owner');
    if (owner !== undefined && owner !== state.account) throw new S3Error(403, 'AccessDenied', 'Access Denied');
    await action(call);
  } catch (error) {
    answerError(request, response, requestId, error, expectsContinue);
  }
  // The answer may be sent before the body is read: the rest is discarded so that the connection can be reused.
  request.resume();
}

function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  error: unknown,
  expectsContinue: boolean,
): void {
  if (response.headersSent || response.destroyed || request.socket.destroyed) {
    response.destroy();
    return;
  }
  const known = toS3Error(error);
  const content = { Code: known.code, Message: known.message, ...known.details };
  const text = writeXml('Error', { ...content, Resource: request.url ?? '/', RequestId: requestId });
  const body = request.method === 'HEAD' || known.status === 304 ? undefined : text;
  response.writeHead(known.status, {
    ...known.headers,
    'Content-Type': 'application/xml',
    ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
    ...(expectsContinue && { Connection: 'close' }),
  });
  response.end(body);
}

function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_CHAR') {
    return invalidArgument('A stored header cannot be sent');
  }
  return new S3Error(500, 'InternalError', `We encountered an internal error: ${String(error)}`);
}
