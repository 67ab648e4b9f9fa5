import { addAbortSignal, type Readable } from 'node:stream';
import {
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type AirlockError, ObjectReplaced, StorageUnavailable } from '../../domain/errors.ts';
import { type ObjectReference, unquotedEtag, versionOf } from '../../domain/object-reference.ts';
import type { CurrentObject, ObjectStore, OnHeaders, StoredHeaders, Tags } from '../../domain/ports.ts';
import type { CurrentTags } from '../../domain/rescan/ports.ts';
import type { Environment } from '../process/environment.ts';
import { bodyBytes } from './body-bytes.ts';
import { s3Settings } from './sdk-client.ts';
import { asked, toStorageError } from './storage-errors.ts';

type Address = Pick<ObjectReference, 'bucket' | 'key' | 'versionId'>;

/**
 * The bucket over the AWS SDK; every fault becomes a domain error. An answer without a field that S3 always returns
 * is StorageUnavailable: it must not look like an empty object, or one without tags.
 */
export function createObjectStore(env: Environment): ObjectStore & CurrentTags {
  const s3 = new S3Client(s3Settings(env));

  async function bodyOf(
    object: ObjectReference,
    start: number,
    end: number,
    onHeaders?: OnHeaders,
    signal?: AbortSignal,
  ): Promise<Readable> {
    const command = new GetObjectCommand({ ...address(object), IfMatch: object.etag, Range: `bytes=${start}-${end}` });
    const answer = await asked('GetObject', () => s3.send(command, signal && { abortSignal: signal }));
    const { Body } = answer;
    const fault = otherContent(answer, object, `bytes ${start}-${end}/${object.size}`);
    if (fault !== undefined) {
      (Body as Readable).destroy();
      throw fault;
    }
    onHeaders?.(storedHeaders(answer));
    return Body as Readable;
  }

  async function tagsOf(object: Address): Promise<{ tags: Tags; versionId?: string }> {
    const command = new GetObjectTaggingCommand(address(object));
    const { TagSet, VersionId } = await asked('GetObjectTagging', () => s3.send(command));
    if (TagSet === undefined) throw new StorageUnavailable('GetObjectTagging: no tag set');
    const tags = Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
    return { tags, ...versionOf(VersionId) };
  }

  return {
    async head(object): Promise<CurrentObject> {
      const head = await asked('HeadObject', () => s3.send(new HeadObjectCommand(address(object))));
      if (head.ContentLength === undefined || !head.ETag) {
        throw new StorageUnavailable('HeadObject: no length or no ETag');
      }
      return {
        bucket: object.bucket,
        key: object.key,
        size: head.ContentLength,
        etag: unquotedEtag(head.ETag),
        lastModified: (head.LastModified ?? new Date(0)).toISOString(),
        headers: storedHeaders(head),
        ...versionOf(head.VersionId),
      };
    },

    readTags: async (object) => (await tagsOf(object)).tags,

    currentTags: tagsOf,

    async writeTags(object, tags): Promise<void> {
      const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      if (TagSet.length === 0) {
        await asked('DeleteObjectTagging', () => s3.send(new DeleteObjectTaggingCommand(address(object))));
        return;
      }
      const command = new PutObjectTaggingCommand({ ...address(object), Tagging: { TagSet } });
      await asked('PutObjectTagging', () => s3.send(command));
    },

    async openRange(object, start, end, onHeaders, signal) {
      const body = await bodyOf(object, start, end, onHeaders, signal);
      if (signal !== undefined) addAbortSignal(signal, body);
      return translatedStream(body, end - start + 1);
    },

    async readRange(object, start, end, onHeaders, signal) {
      return bodyBytes(await bodyOf(object, start, end, onHeaders, signal), end - start + 1, signal);
    },
  };
}

/**
 * Why the answer is not about exactly this content. If-Match has compared the ETag. The range in the answer ends with
 * the size of the whole object: a read of the first bytes must not pass for one of all of them.
 */
function otherContent(
  { ETag, ContentRange }: GetObjectCommandOutput,
  { key, etag, size }: ObjectReference,
  range: string,
): AirlockError | undefined {
  if (unquotedEtag(ETag) !== etag) {
    return new StorageUnavailable(`GetObject: ETag ${ETag} where ${etag} was asked for`);
  }
  if (ContentRange === range) return undefined;
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(ContentRange ?? '')?.[1];
  if (total !== undefined && Number(total) !== size) {
    return new ObjectReplaced(`GetObject: ${key} is ${total} bytes long instead of ${size}`);
  }
  return new StorageUnavailable(`GetObject: ${ContentRange} where ${range} was asked for`);
}

function storedHeaders(answer: GetObjectCommandOutput | HeadObjectCommandOutput): StoredHeaders {
  return {
    contentType: answer.ContentType ?? null,
    contentDisposition: answer.ContentDisposition ?? null,
    contentEncoding: answer.ContentEncoding ?? null,
    websiteRedirect: answer.WebsiteRedirectLocation ?? null,
  };
}

function address({ bucket, key, versionId }: Address) {
  return { Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
}

async function* translatedStream(body: AsyncIterable<Uint8Array>, expected: number): AsyncIterable<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of body) {
      received += chunk.length;
      yield chunk;
    }
  } catch (fault) {
    throw toStorageError(fault, 'GetObject body');
  }
  if (received !== expected) throw new StorageUnavailable(`GetObject body: ${received} of ${expected} bytes`);
}
