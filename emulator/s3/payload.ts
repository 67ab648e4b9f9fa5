import type { Call } from './call.ts';
import {
  CHECKSUM_ALGORITHMS,
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  createHasher,
  toAlgorithm,
} from './checksums.ts';
import { decodeAwsChunked } from './chunked.ts';
import { invalidRequest, malformedXml, S3Error } from './errors.ts';
import { parseXml, type XmlNode } from './xml.ts';

/** S3's limit for one PutObject or one part: 5 GiB. */
export const MAX_UPLOAD_BYTES = 5 * 1024 ** 3;

/** A request body as it is read: `md5` and `checksum` are available once `chunks` has ended. */
export interface Payload {
  readonly chunks: AsyncIterable<Buffer>;
  md5(): Buffer;
  checksum(): Checksum | undefined;
}

export const badDigest = (what: string) =>
  new S3Error(400, 'BadDigest', `The ${what} you specified did not match the calculated checksum.`);

export interface PayloadOptions {
  readonly maxBytes?: number;
  /** Of what x-amz-checksum-* is: CompleteMultipartUpload declares that of the object it makes. */
  readonly checksumOf?: 'body' | 'object';
}

/**
 * The body without its aws-chunked framing, checked against everything the client declared: length, Content-MD5,
 * x-amz-content-sha256 and one x-amz-checksum-*, in a header or a trailer. A mismatch is thrown at the end of
 * `chunks`, so that storing the bytes fails too.
 */
export function openPayload(call: Call, options: PayloadOptions = {}): Payload {
  const { maxBytes = MAX_UPLOAD_BYTES, checksumOf = 'body' } = options;
  const sha256 = call.sentHeader('x-amz-content-sha256') ?? '';
  const chunked = sha256.startsWith('STREAMING-') || (call.header('content-encoding') ?? '').includes('aws-chunked');
  const declared = call.header(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (declared === undefined) {
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const length = Number(declared);
  if (length > maxBytes) {
    throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      details: { ProposedSize: declared, MaxSizeAllowed: maxBytes },
    });
  }
  const contentMd5 = call.header('content-md5');
  if (contentMd5 !== undefined && Buffer.from(contentMd5, 'base64').length !== 16) {
    throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  const algorithm = checksumOf === 'body' ? declaredAlgorithm(call) : undefined;
  let md5 = Buffer.alloc(0);
  let checksum: Checksum | undefined;

  async function* chunks(): AsyncGenerator<Buffer> {
    const trailers = new Map<string, string>();
    const md5Hasher = createHasher('MD5');
    const sha256Hasher = /^[0-9a-f]{64}$/.test(sha256) ? createHasher('SHA256') : undefined;
    const checksumHasher = algorithm && createHasher(algorithm);
    const source = call.body();
    let received = 0;
    for await (const chunk of chunked ? decodeAwsChunked(source, trailers) : source) {
      received += chunk.length;
      if (received > length) break;
      md5Hasher.update(chunk);
      sha256Hasher?.update(chunk);
      checksumHasher?.update(chunk);
      yield chunk;
    }
    if (received !== length) {
      throw new S3Error(
        400,
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header',
      );
    }
    md5 = Buffer.from(await md5Hasher.digest());
    if (contentMd5 !== undefined && md5.toString('base64') !== contentMd5) throw badDigest('Content-MD5');
    if (sha256Hasher !== undefined && (await sha256Hasher.digest()).toString('hex') !== sha256) {
      throw new S3Error(
        400,
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    if (algorithm === undefined || checksumHasher === undefined) return;
    const name = checksumHeader(algorithm);
    const expected = call.sentHeader(name) ?? trailers.get(name);
    if (expected === undefined) throw new S3Error(400, 'MalformedTrailerError', `The trailer ${name} is missing`);
    const value = (await checksumHasher.digest()).toString('base64');
    if (value !== expected) throw badDigest(algorithm);
    checksum = { algorithm, value, type: 'FULL_OBJECT' };
  }

  return { chunks: chunks(), md5: () => md5, checksum: () => checksum };
}

/** @throws S3Error InvalidRequest for two of them */
export function declaredAlgorithm(call: Call): ChecksumAlgorithm | undefined {
  const inHeaders = CHECKSUM_ALGORITHMS.filter((algorithm) => call.sentHeader(checksumHeader(algorithm)) !== undefined);
  const inTrailer = toAlgorithm(call.sentHeader('x-amz-trailer')?.replace(/^x-amz-checksum-/i, ''));
  const all = inTrailer === undefined ? inHeaders : [...inHeaders, inTrailer];
  if (all.length > 1) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  return all[0];
}

/** A small body as text. @throws S3Error */
export async function readText(call: Call, options: PayloadOptions = {}): Promise<string> {
  const { maxBytes = 2 * 1024 ** 2 } = options;
  const parts: Buffer[] = [];
  for await (const chunk of openPayload(call, { ...options, maxBytes }).chunks) parts.push(chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw malformedXml();
  }
}

/** @throws S3Error MalformedXML, also when the body is over 2 MiB */
export async function readXml(call: Call, root: string, options?: PayloadOptions): Promise<XmlNode> {
  const text = await readText(call, options).catch((error: unknown) => {
    throw error instanceof S3Error && error.code === 'EntityTooLarge' ? malformedXml() : error;
  });
  return parseXml(text, root);
}
