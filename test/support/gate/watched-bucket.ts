import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { accessKeyIdOf } from '../../../emulator/iam/principals.ts';
import { eicar } from '../../../local/samples.ts';
import { type Clients, createClients } from '../../../local/stack/clients.ts';
import { OPERATOR, READER, UPLOADER } from '../../../local/stack/people.ts';

export const [CLEAN, INFECTED, UNSCANNED] = ['clean.txt', 'infected.txt', 'unscanned.txt'];
export const CLEAN_CONTENT = 'all is well';
export const FORGED = 'scan-status=CLEAN';
/** An unprotected bucket with malware that its owner tagged CLEAN. */
export const FOREIGN = 'attackers-own';
export const FOREIGN_SOURCE = `${FOREIGN}/f`;

/** A request that no SDK would send: method and path go out as they are, and so does a list of headers. */
export interface RawRequest {
  /** Signs with the access key of this ARN; without one, with nobody's. */
  readonly who?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly string[];
  readonly body?: string | Buffer;
}

/** A watched bucket as people see it from outside, over HTTP alone. */
export class WatchedBucket {
  readonly endpoint: string;
  readonly name: string;
  readonly #clients: Clients;

  constructor(endpoint: string, name: string) {
    this.endpoint = endpoint;
    this.name = name;
    this.#clients = createClients(endpoint);
  }

  /** An object of each kind. From then on nothing is scanned, so that time opens nothing and closes nothing. */
  async prepare(): Promise<void> {
    const [Bucket, operator, uploader] = [this.name, this.client(OPERATOR), this.client(UPLOADER)];
    await operator.send(new CreateBucketCommand({ Bucket: FOREIGN }));
    for (const Key of ['f', `${Bucket}/f`]) {
      await uploader.send(new PutObjectCommand({ Bucket: FOREIGN, Key, Body: eicar(), Tagging: FORGED }));
    }
    await uploader.send(new PutObjectCommand({ Bucket, Key: CLEAN, Body: CLEAN_CONTENT }));
    await uploader.send(new PutObjectCommand({ Bucket, Key: INFECTED, Body: eicar() }));
    for (const key of [CLEAN, INFECTED]) while ((await this.#tags(key)).length === 0);
    const NotificationConfiguration = {};
    await operator.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    await uploader.send(new PutObjectCommand({ Bucket, Key: UNSCANNED, Body: eicar() }));
  }

  client(who: string): S3Client {
    return this.#clients.of(who);
  }

  close(): void {
    this.#clients.close();
  }

  /** @throws Error as the SDK's, with S3's own name for it */
  async raw(method: string, path: string, { who, headers = {}, body }: RawRequest = {}): Promise<void> {
    const credential = who && `${accessKeyIdOf(who)}/20261121/us-east-1/s3/aws4_request`;
    const given = Array.isArray(headers) ? headers : Object.entries(headers).flat();
    const outgoing = request(this.endpoint, {
      method,
      path,
      headers: [
        ...['Host', new URL(this.endpoint).host, 'Content-Length', String(Buffer.byteLength(body ?? ''))],
        ...(credential ? ['Authorization', `AWS4-HMAC-SHA256 Credential=${credential}, Signature=0`] : []),
        ...given,
      ],
      agent: false,
    });
    outgoing.end(body);
    const [response] = await once(outgoing, 'response');
    failedBy(response.statusCode, await text(response));
  }

  /** A browser's form, in the order given: S3 reads the last of two fields of one name. */
  async form(who: string, key: string, fields: readonly (readonly [string, string])[]): Promise<void> {
    const form = new FormData();
    form.set('key', key);
    form.set('x-amz-credential', `${accessKeyIdOf(who)}/20261121/us-east-1/s3/aws4_request`);
    for (const [name, value] of fields) form.append(name, value);
    form.set('file', new Blob([eicar()]));
    const response = await fetch(`${this.endpoint}/${this.name}`, { method: 'POST', body: form });
    failedBy(response.status, await response.text());
  }

  /** Everything the bucket holds, as an administrator sees it; the newest version of a key first. */
  async contents() {
    return Promise.all(
      (await this.#versions()).map(async ({ Key, VersionId, ETag }) => ({
        Key,
        VersionId,
        ETag,
        TagSet: await this.#tags(Key, VersionId),
      })),
    );
  }

  async latestVersion(key: string): Promise<string | undefined> {
    return (await this.#versions()).find(({ Key }) => Key === key)?.VersionId;
  }

  /** Another bucket of the stack, by a part of its name. */
  async neighbour(part: string): Promise<string> {
    const { Buckets = [] } = await this.client(OPERATOR).send(new ListBucketsCommand({}));
    const name = Buckets.find(({ Name }) => Name?.includes(part))?.Name;
    if (name === undefined) throw new Error(`the stack has no bucket named like ${part}`);
    return name;
  }

  /** What a reader gets of a version, or of what is current; null where S3 refuses. */
  async read(key: string, versionId?: string): Promise<string | null> {
    const command = new GetObjectCommand({ Bucket: this.name, Key: key, VersionId: versionId });
    const answer = await this.client(READER)
      .send(command)
      .catch((fault) => {
        expect(fault.message).toContain('DenyUnlessClean');
        return null;
      });
    return (await answer?.Body?.transformToString()) ?? null;
  }

  /** After all attempts, only content that was scanned as clean can be read. */
  async expectNothingGivenAway(): Promise<void> {
    for (const { Key, VersionId, IsLatest } of await this.#versions()) {
      for (const version of IsLatest ? [VersionId, undefined] : [VersionId]) {
        const content = await this.read(Key, version);
        expect([Key, content === null || content === CLEAN_CONTENT]).toEqual([Key, true]);
      }
    }
  }

  async #versions() {
    const { Versions = [] } = await this.client(OPERATOR).send(new ListObjectVersionsCommand({ Bucket: this.name }));
    return Versions.map(({ Key = '', ...version }) => ({ Key, ...version }));
  }

  async #tags(Key: string, VersionId?: string) {
    const command = new GetObjectTaggingCommand({ Bucket: this.name, Key, VersionId });
    return (await this.client(OPERATOR).send(command)).TagSet ?? [];
  }
}

function failedBy(httpStatusCode: number, body: string): void {
  const [, name] = /<Code>(.*)<\/Code>/.exec(body) ?? [];
  if (httpStatusCode >= 300) throw Object.assign(new Error(body), { name, $metadata: { httpStatusCode } });
}
