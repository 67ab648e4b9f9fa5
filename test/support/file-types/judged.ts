import { inspectObject } from '../../../functions/adapters/content/object-inspector.ts';
import {
  type FileTypePolicy,
  type FileTypeVerdict,
  judgeFileType,
} from '../../../functions/domain/file-type/file-type-verdict.ts';
import { NO_HEADERS, type ObjectStore, type StoredHeaders } from '../../../functions/domain/ports.ts';

export const DEFAULT_POLICY: FileTypePolicy = {
  allowedTypes: ['documents', 'images', 'audio', 'video', 'archives', 'text'],
  inertTypes: 'strict',
  xmlStylesheets: 'reject',
};

/** One object of a bucket, with what S3 stores when the uploader says nothing. */
export function storeOf(bytes: Uint8Array, headers: Partial<StoredHeaders> = {}): Pick<ObjectStore, 'readRange'> {
  return {
    async readRange(_object, start, end, onHeaders) {
      onHeaders?.({ ...NO_HEADERS, contentType: 'binary/octet-stream', ...headers });
      return bytes.subarray(start, end + 1);
    },
  };
}

/** The verdict of Check File Type on an object. */
export async function judged(
  key: string,
  bytes: Uint8Array | string,
  headers: Partial<StoredHeaders> = {},
  policy: Partial<FileTypePolicy> = {},
): Promise<FileTypeVerdict> {
  const content = Buffer.from(bytes as Uint8Array);
  const object = { bucket: 'uploads', key, size: content.length, etag: 'e' };
  return judgeFileType(await inspectObject(storeOf(content, headers), object), key, { ...DEFAULT_POLICY, ...policy });
}
