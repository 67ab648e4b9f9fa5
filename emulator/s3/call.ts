import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { writeXml, type XmlElement } from '../http/xml.ts';
import type { Address } from './address.ts';
import { checkVersionId } from './address.ts';
import {
  bucketArn,
  type Context,
  type Decision,
  existingTagContext,
  HEADER_CONDITIONS,
  objectArn,
} from './authorization.ts';
import type { Body } from './bodies.ts';
import type { StoredObject, Version } from './buckets.ts';
import { accessDenied, S3Error } from './errors.ts';
import { type Occurrence, toEvent } from './events.ts';
import type { Caller } from './identity.ts';
import type { S3State } from './server-state.ts';
import { S3_NAMESPACE } from './xml.ts';

export type ResponseHeaders = Record<string, string | number | undefined>;

/** One request in progress: its content, its caller, and how to answer. */
export class Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly state: S3State;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** A form has its caller in its fields, so this may be set late. */
  caller: Caller;
  readonly expectsContinue: boolean;
  #form: ReadonlyMap<string, string> | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    state: S3State,
    address: Address,
    caller: Caller,
    expectsContinue: boolean,
  ) {
    this.request = request;
    this.response = response;
    this.requestId = requestId;
    this.state = state;
    this.bucket = address.bucket;
    this.key = address.key;
    this.query = address.query;
    this.caller = caller;
    this.expectsContinue = expectsContinue;
  }

  /** From now on the fields of a form are its headers, for conditions of policies too; the ACL has a shorter name. */
  useForm(fields: ReadonlyMap<string, string>): void {
    this.#form = fields;
  }

  /** Presigned URLs may carry `x-amz-*` headers in their query. */
  header(name: string): string | undefined {
    if (this.#form !== undefined) return this.#form.get(name === 'x-amz-acl' ? 'acl' : name);
    return this.sentHeader(name) ?? (name.startsWith('x-amz-') ? this.query.get(name) : undefined);
  }

  /** A checksum of the body: S3 ignores it in the query, where the JavaScript SDK presigns that of an empty body. */
  sentHeader(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  }

  /** @throws S3Error InvalidArgument */
  versionId(): string | undefined {
    const versionId = this.query.get('versionId');
    return versionId === undefined ? undefined : checkVersionId(versionId);
  }

  /** The raw body; sends 100 Continue if the client expects it. */
  body(): AsyncIterable<Buffer> {
    if (this.expectsContinue) this.response.writeContinue();
    // Not destroyed on return: the socket is needed for the answer.
    return this.request.iterator({ destroyOnReturn: false });
  }

  async decide(action: string, bucket: string, key: string, context: Context = {}): Promise<Decision> {
    const resource = bucket === '' ? '*' : key === '' ? bucketArn(bucket) : objectArn(bucket, key);
    return this.state.authorize({
      accessKeyId: this.caller.accessKeyId,
      action,
      resource,
      context: { ...this.#baseContext(), ...context },
      bucketPolicy: this.state.buckets.lookup(bucket)?.policy,
    });
  }

  /** @throws S3Error AccessDenied */
  async authorize(action: string, bucket: string, key: string, context: Context = {}): Promise<void> {
    const decision = await this.decide(action, bucket, key, context);
    if (!decision.allowed) throw accessDenied(`Access Denied (${action}: ${decision.reason})`);
  }

  /**
   * Authorizes an action on a version in its current state, with its tags as context: `s3:GetObject` becomes
   * `s3:GetObjectVersion` (and so on) if the request names the version.
   */
  async authorizeVersion(
    action: string,
    target: { readonly bucket: string; readonly key: string; readonly versionId: string | undefined },
    context: Context = {},
  ): Promise<Version<Body> | undefined> {
    const { bucket, key, versionId } = target;
    const version = this.state.buckets.find(bucket, key, versionId);
    await this.authorize(versionedAction(action, versionId), bucket, key, {
      ...(version?.deleteMarker === false && existingTagContext(version.tags)),
      ...(versionId !== undefined && { 's3:VersionId': versionId }),
      ...context,
    });
    return version;
  }

  /** Like `authorizeVersion`, for parts of an answer that are only returned with permission. */
  async decideVersion(action: string, versionId: string | undefined, object: StoredObject<Body>): Promise<Decision> {
    return this.decide(versionedAction(action, versionId), this.bucket, this.key, {
      ...existingTagContext(object.tags),
      ...(versionId !== undefined && { 's3:VersionId': versionId }),
    });
  }

  /** A missing key is a 404 only for callers who may list the bucket. @throws S3Error */
  async refuseMissing(error: unknown, bucket: string): Promise<never> {
    if (error instanceof S3Error && error.status === 404) await this.authorize('s3:ListBucket', bucket, '');
    throw error;
  }

  /** Sends the event to EventBridge if the bucket is configured so. */
  emit(occurrence: Occurrence): void {
    const { account, region, clock, onEvent } = this.state;
    if (!this.state.buckets.bucket(this.bucket).eventBridge) return;
    onEvent(
      toEvent(occurrence, {
        account,
        region,
        bucket: this.bucket,
        requestId: this.requestId,
        sourceIp: this.sourceIp,
        time: clock(),
      }),
    );
  }

  /** `x-amz-version-id` of a new version: S3 sends none while versioning is suspended. */
  writtenVersion(version: Version<Body>): ResponseHeaders {
    return version.versionId === 'null' ? {} : { 'x-amz-version-id': version.versionId };
  }

  /** `x-amz-version-id` of a version that is read: also `null`, once the bucket has had versioning. */
  readVersion(bucket: string, version: StoredObject<Body>): ResponseHeaders {
    const never = this.state.buckets.bucket(bucket).versioning === 'off';
    return never ? {} : { 'x-amz-version-id': version.versionId };
  }

  respond(status: number, headers: ResponseHeaders = {}, xml?: { root: string; content: XmlElement }): void {
    const text = xml && writeXml(xml.root, xml.content, S3_NAMESPACE);
    this.respondHeaders(status, {
      ...headers,
      ...(text !== undefined && { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(text) }),
    });
    this.response.end(text);
  }

  /** The head of an answer; headers without a value are omitted. */
  respondHeaders(status: number, headers: ResponseHeaders): void {
    const present = Object.entries(headers).filter((entry) => entry[1] !== undefined);
    this.response.writeHead(status, Object.fromEntries(present) as OutgoingHttpHeaders);
  }

  /** The body of an answer, as fast as the client reads it. */
  async stream(chunks: AsyncIterable<Buffer>): Promise<void> {
    const { counters } = this.state;
    await pipeline(async function* () {
      for await (const chunk of chunks) {
        counters.addBytesRead(chunk.length);
        yield chunk;
      }
    }, this.response);
  }

  get sourceIp(): string {
    return (this.request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  }

  #baseContext(): Context {
    const { authType } = this.caller;
    const now = this.state.clock();
    const userAgent = this.request.headers['user-agent'];
    const context: Context = {
      // Loopback counts as TLS unless a proxy (or a test) says otherwise.
      'aws:SecureTransport': String(this.request.headers['x-forwarded-proto'] !== 'http'),
      'aws:SourceIp': this.sourceIp,
      'aws:CurrentTime': now.toISOString(),
      'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
      'aws:RequestedRegion': this.state.region,
      ...(userAgent !== undefined && { 'aws:UserAgent': userAgent }),
      ...(authType !== undefined && { 's3:authType': authType, 's3:signatureversion': 'AWS4-HMAC-SHA256' }),
      's3:ObjectCreationOperation': String(!this.#isPartOfUpload()),
    };
    for (const name of HEADER_CONDITIONS) {
      const value = this.header(name);
      if (value !== undefined) context[`s3:${name}`] = value;
    }
    return context;
  }

  /** In a multipart upload, only the last request creates an object. */
  #isPartOfUpload(): boolean {
    return this.query.has('uploads') || (this.query.has('uploadId') && this.request.method !== 'POST');
  }
}

function versionedAction(action: string, versionId: string | undefined): string {
  return versionId === undefined ? action : action.replace('Object', 'ObjectVersion');
}
