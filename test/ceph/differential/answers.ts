import * as sdk from '@aws-sdk/client-s3';
import { COMMANDS, type Operation, type S3Request, type VersionName } from './requests.ts';

/** The answer of one server in a comparable form: without its ids, dates, hosts or owners. */
export interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The content, the parsed XML, or for a listing the pages of it. */
  readonly body: unknown;
}

/** Headers that mean something to a client; dates and version ids come translated. */
const HEADERS =
  /^(etag|content-(length|range|type|encoding|disposition|language)|cache-control|accept-ranges|last-modified|allow|x-amz-(version-id|delete-marker|tagging-count|mp-parts-count|copy-source-version-id|storage-class|meta-.*))$/;

/** Elements of an XML answer that carry no information. */
const CONTENT_HEADERS = /^(content-(type|length)|accept-ranges)$/;

/** Pages a listing is followed for. */
const MAX_PAGES = 20;

const BODY_FIELDS: Partial<Record<Operation, readonly string[]>> = {
  DeleteObjects: ['Deleted', 'Errors'],
  CopyObject: ['CopyObjectResult'],
  GetObjectTagging: ['TagSet'],
  CreateMultipartUpload: ['Key'],
  UploadPartCopy: ['CopyPartResult'],
  ListParts: ['Key', 'Parts', 'IsTruncated', 'MaxParts', 'NextPartNumberMarker', 'PartNumberMarker'],
  CompleteMultipartUpload: ['Key', 'ETag'],
  GetBucketVersioning: ['Status'],
  ListObjectsV2: [
    'Contents',
    'CommonPrefixes',
    'IsTruncated',
    'KeyCount',
    'MaxKeys',
    'Prefix',
    'Delimiter',
    'StartAfter',
  ],
  ListObjectVersions: ['Versions', 'DeleteMarkers', 'CommonPrefixes', 'IsTruncated', 'MaxKeys', 'Prefix', 'Delimiter'],
};

const ABSENT_VERSION = 'A'.repeat(32);

interface Raw {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

type Output = Record<string, unknown> & { Body?: { transformToString(encoding: 'latin1'): Promise<string> } };

/** One server with one bucket, and the ids it has given out so far. */
export class Side {
  readonly #s3: sdk.S3Client;
  readonly #bucket: string;
  readonly #versions = new Map<string, string[]>();
  readonly #uploads: string[] = [];

  constructor(s3: sdk.S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  async answer(request: S3Request): Promise<Answer> {
    if (request.operation !== 'ListObjectsV2' && request.operation !== 'ListObjectVersions') {
      return this.#send(request, {});
    }
    const pages: unknown[] = [];
    let next: Record<string, unknown> | undefined = {};
    let answer: Answer | undefined;
    while (next !== undefined && pages.length < MAX_PAGES) {
      const position: Record<string, unknown> = next;
      next = undefined;
      answer = await this.#send(request, position, (output) => {
        next = nextPage(output);
      });
      pages.push(answer.body);
    }
    return { ...(answer as Answer), body: pages };
  }

  async #send(
    request: S3Request,
    position: Record<string, unknown>,
    onOutput: (output: Output) => void = () => undefined,
  ): Promise<Answer> {
    const { operation, key = '' } = request;
    const Command = COMMANDS[operation] as unknown as new (input: object) => sdk.HeadBucketCommand;
    const command = new Command({ ...this.#inputOf(request), ...position });
    let raw: Raw | undefined;
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        raw = result.response as Raw;
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    try {
      const output = (await this.#s3.send(command)) as unknown as Output;
      const content = operation === 'GetObject' ? await output.Body?.transformToString('latin1') : undefined;
      await this.#learn(operation, key, output);
      onOutput(output);
      const fields = (BODY_FIELDS[operation] ?? []).map((field) => [field, output[field]]);
      const body = content ?? this.#translate(Object.fromEntries(fields), key);
      return { ...this.#headOf(raw, operation, key), body };
    } catch (fault) {
      if (raw === undefined) throw fault;
      return { ...this.#headOf(raw, operation, key), code: (fault as Error).name, body: undefined };
    }
  }

  #inputOf({ key, version, copySource, upload, input }: S3Request): Record<string, unknown> {
    const versionOf = (of: string, name: VersionName) =>
      typeof name === 'string' ? { null: 'null', absent: ABSENT_VERSION }[name] : this.#nth(of, name);
    const source = copySource && {
      CopySource:
        `${this.#bucket}/${encodeURIComponent(copySource.key)}` +
        (copySource.version === undefined ? '' : `?versionId=${versionOf(copySource.key, copySource.version)}`),
    };
    return {
      Bucket: this.#bucket,
      ...(key !== undefined && { Key: key }),
      ...(version !== undefined && { VersionId: versionOf(key ?? '', version) }),
      ...(upload !== undefined && { UploadId: this.#uploads[upload] ?? 'nobody’s' }),
      ...source,
      ...input,
      ...(typeof input?.Body === 'string' && { Body: Buffer.from(input.Body) }),
    };
  }

  #nth(key: string, index: number): string {
    const versions = this.#versions.get(key) ?? [];
    return versions[index % Math.max(versions.length, 1)] ?? ABSENT_VERSION;
  }

  async #learn(operation: Operation, key: string, output: Output): Promise<void> {
    if (operation === 'CreateMultipartUpload') this.#uploads.push(String(output.UploadId));
    if (operation === 'PutObject' || operation === 'DeleteObject') this.#learnVersion(key, output.VersionId);
    // Not every server returns it for these.
    if (operation === 'CopyObject' || operation === 'CompleteMultipartUpload') {
      const current = await this.#s3.send(new sdk.HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      this.#learnVersion(key, current.VersionId);
    }
    for (const deleted of (output.Deleted ?? []) as sdk.DeletedObject[]) {
      this.#learnVersion(deleted.Key ?? '', deleted.DeleteMarkerVersionId);
    }
  }

  #learnVersion(key: string, id: unknown): void {
    const known = this.#versions.get(key) ?? [];
    if (typeof id !== 'string' || id === 'null' || id === ABSENT_VERSION || known.includes(id)) return;
    this.#versions.set(key, [...known, id]);
  }

  #headOf(raw: Raw | undefined, operation: Operation, key: string): Pick<Answer, 'status' | 'headers'> {
    const { statusCode: status, headers } = raw as Raw;
    const ofContent = ['GetObject', 'HeadObject'].includes(operation) && status < 300;
    const shown = Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => HEADERS.test(name) && (ofContent || !CONTENT_HEADERS.test(name)))
      .map(([name, value]) => [name, this.#headerValue(name, value, key)] as const);
    return { status, headers: Object.fromEntries(shown) };
  }

  #headerValue(name: string, value: string, key: string): string {
    if (name === 'last-modified') return Number.isNaN(Date.parse(value)) ? value : 'a date';
    return name.endsWith('version-id') ? this.#label(value, key) : value;
  }

  /** Also finds the ids of other keys: a copy names its source's. */
  #label(id: string, key: string): string {
    if (id === 'null') return 'null';
    if (id === ABSENT_VERSION) return 'absent';
    for (const [of, ids] of [[key, this.#versions.get(key) ?? []] as const, ...this.#versions]) {
      if (ids.includes(id)) return `version ${ids.indexOf(id)} of ${of}`;
    }
    return `version ? of ${key}`;
  }

  #translate(value: unknown, key: string): unknown {
    if (value instanceof Date) return 'a date';
    if (Array.isArray(value)) return value.map((item) => this.#translate(item, key));
    if (typeof value !== 'object' || value === null) return value;
    const of = 'Key' in value && typeof value.Key === 'string' ? value.Key : key;
    const fields = Object.entries(value)
      .filter(
        ([name, field]) => field !== undefined && !/^(Owner|Initiator|Checksum.*|Message|RestoreStatus)$/.test(name),
      )
      .map(([name, field]) => [
        name,
        /VersionId$/.test(name)
          ? this.#label(String(field), of)
          : this.#translate(/^(TagSet|Deleted|Errors)$/.test(name) ? byKey(field) : field, of),
      ]);
    return Object.fromEntries(fields);
  }
}

function nextPage(output: Output): Record<string, unknown> | undefined {
  if (!output.IsTruncated) return undefined;
  if (output.NextContinuationToken !== undefined) return { ContinuationToken: output.NextContinuationToken };
  return { KeyMarker: output.NextKeyMarker, VersionIdMarker: output.NextVersionIdMarker };
}

/** For lists whose order has no meaning. */
function byKey(items: unknown): unknown {
  return [...(items as { Key: string }[])].sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
