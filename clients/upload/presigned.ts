import { randomUUID } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { create } from 'content-disposition';
import type { AcceptedFile } from './accepted-file.ts';

/** Headers that the browser has to send as they were signed, beside Host and Content-Length, which it sets itself. */
type PutHeaders = Readonly<Record<string, string>>;

const SIGNED = ['content-length', 'content-type', 'content-disposition', 'if-none-match', 'x-amz-checksum-sha256'];
/** S3 ignores checksums in a query: this one has to stay a header. */
const CHECKSUM = 'x-amz-checksum-sha256';
/** What the SDK adds by default: the CRC32 of a body that it does not have. */
const OF_NO_BODY = ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm'];

/** Nobody can guess it, or overwrite with it; the extension stays, since the scan compares it with the content. */
export function randomKey(prefix: string, name: string): string {
  const [extension = ''] = /\.[a-z0-9]{1,16}$/i.exec(name) ?? [];
  return `${prefix}${randomUUID()}${extension.toLowerCase()}`;
}

/** A URL for one PUT of exactly this file: a second one, or one with another size or other headers, S3 refuses. */
export async function presignedPut(
  s3: S3Client,
  bucket: string,
  key: string,
  file: AcceptedFile,
  expiresIn: number,
): Promise<{ readonly url: string; readonly headers: PutHeaders }> {
  const disposition = create(file.name, { type: 'attachment' });
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    ContentLength: file.size,
    ContentType: file.type,
    ContentDisposition: disposition,
    IfNoneMatch: '*',
    ChecksumSHA256: file.sha256,
  });
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      for (const name of OF_NO_BODY) delete headers[name];
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'withoutChecksumOfNoBody' },
  );
  const url = await getSignedUrl(s3, command, {
    expiresIn,
    signableHeaders: new Set(SIGNED),
    unhoistableHeaders: new Set([CHECKSUM]),
  });
  const headers = {
    'content-type': file.type,
    'content-disposition': disposition,
    'if-none-match': '*',
    ...(file.sha256 !== undefined && { [CHECKSUM]: file.sha256 }),
  };
  return { url, headers };
}

/** @param version undefined in a bucket without versions */
export function presignedGet(
  s3: S3Client,
  bucket: string,
  key: string,
  version: string | undefined,
  expiresIn: number,
): Promise<string> {
  return getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }), { expiresIn });
}
