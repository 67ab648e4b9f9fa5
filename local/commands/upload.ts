import { promises as fs, type ReadStream, readFileSync, statSync } from 'node:fs';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { SMALL_FILE_BYTES } from '../../functions/adapters/disk/small-file.ts';
import type { LocalFile } from './files.ts';

/** From this size a multipart upload, as in applications: the limit of a single PUT is 5 GB. */
const MULTIPART_BYTES = 100 * 1024 * 1024;
const PART_BYTES = 16 * 1024 * 1024;

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType?: string;
}

/** Uploads a file in constant memory; returns its size in bytes, and its version if the bucket has versioning. */
export async function uploadFile(client: S3Client, bucket: string, { path, key }: LocalFile, contentType?: string) {
  const target = { Bucket: bucket, Key: key, ...(contentType !== undefined && { ContentType: contentType }) };
  const found = statSync(path);
  if (found.isFile() && found.size <= SMALL_FILE_BYTES) {
    const content = readFileSync(path);
    return upload(client, target, content, content.length);
  }
  const file = await fs.open(path);
  try {
    const { size } = await file.stat();
    if (size === 0) return await upload(client, target, Buffer.alloc(0), size);
    // If the file grows meanwhile, nothing beyond the announced length is sent.
    const content = file.createReadStream({ end: size - 1, autoClose: false });
    // The SDK does not listen for it and would wait forever.
    const failed = new Promise<never>((_, reject) => content.once('error', reject));
    return await Promise.race([upload(client, target, content, size), failed]);
  } finally {
    await file.close();
  }
}

async function upload(client: S3Client, target: Target, Body: Buffer | ReadStream, size: number) {
  if (size <= MULTIPART_BYTES) {
    const { ETag, VersionId } = await client.send(new PutObjectCommand({ ...target, Body, ContentLength: size }));
    return { size, etag: unquoted(ETag), versionId: VersionId };
  }
  const params = { ...target, Body };
  const { ETag, VersionId } = await new Upload({ client, params, partSize: PART_BYTES, queueSize: 2 }).done();
  return { size, etag: unquoted(ETag), versionId: VersionId };
}

function unquoted(etag = ''): string {
  return etag.replaceAll('"', '');
}
