import { createHash } from 'node:crypto';
import * as sdk from '@aws-sdk/client-s3';

/**
 * The n-th version that this key was given, from 0; a marker counts. `null` as in S3, `absent` is well-formed but
 * does not exist.
 */
export type VersionName = number | 'null' | 'absent';

export interface CopySource {
  readonly key: string;
  readonly version?: VersionName;
}

/**
 * A request that means the same to both servers: what a server gives out itself (version ids, upload ids)
 * is named here, and `input` is otherwise the SDK's. `upload` counts from 0 over the whole sequence.
 */
export interface S3Request {
  readonly operation: Operation;
  readonly key?: string;
  readonly version?: VersionName | undefined;
  readonly copySource?: CopySource;
  readonly upload?: number;
  readonly input?: Readonly<Record<string, unknown>>;
}

export const COMMANDS = {
  PutObject: sdk.PutObjectCommand,
  GetObject: sdk.GetObjectCommand,
  HeadObject: sdk.HeadObjectCommand,
  DeleteObject: sdk.DeleteObjectCommand,
  DeleteObjects: sdk.DeleteObjectsCommand,
  CopyObject: sdk.CopyObjectCommand,
  GetObjectTagging: sdk.GetObjectTaggingCommand,
  PutObjectTagging: sdk.PutObjectTaggingCommand,
  DeleteObjectTagging: sdk.DeleteObjectTaggingCommand,
  CreateMultipartUpload: sdk.CreateMultipartUploadCommand,
  UploadPart: sdk.UploadPartCommand,
  UploadPartCopy: sdk.UploadPartCopyCommand,
  ListParts: sdk.ListPartsCommand,
  CompleteMultipartUpload: sdk.CompleteMultipartUploadCommand,
  AbortMultipartUpload: sdk.AbortMultipartUploadCommand,
  ListObjectsV2: sdk.ListObjectsV2Command,
  ListObjectVersions: sdk.ListObjectVersionsCommand,
  PutBucketVersioning: sdk.PutBucketVersioningCommand,
  GetBucketVersioning: sdk.GetBucketVersioningCommand,
  HeadBucket: sdk.HeadBucketCommand,
};
export type Operation = keyof typeof COMMANDS;

export const etagOf = (content: string | Uint8Array): string => `"${createHash('md5').update(content).digest('hex')}"`;

type Input = Readonly<Record<string, unknown>>;

export const put = (key: string, content: string | Uint8Array, input: Input = {}): S3Request => ({
  operation: 'PutObject',
  key,
  input: { Body: content, ...input },
});

const onVersion =
  (operation: Operation) =>
  (key: string, input: Input = {}, version?: VersionName): S3Request => ({
    operation,
    key,
    input,
    ...(version !== undefined && { version }),
  });

export const get = onVersion('GetObject');
export const head = onVersion('HeadObject');
export const remove = (key: string, version?: VersionName) => onVersion('DeleteObject')(key, {}, version);
export const tags = (key: string, version?: VersionName) => onVersion('GetObjectTagging')(key, {}, version);
export const untag = (key: string, version?: VersionName) => onVersion('DeleteObjectTagging')(key, {}, version);
export const tag = (key: string, set: Readonly<Record<string, string>>, version?: VersionName) =>
  onVersion('PutObjectTagging')(key, { Tagging: { TagSet: tagSet(set) } }, version);
export const tagSet = (set: Readonly<Record<string, string>>) =>
  Object.entries(set).map(([Key, Value]) => ({ Key, Value }));

export const copy = (key: string, copySource: CopySource, input: Input = {}): S3Request => ({
  operation: 'CopyObject',
  key,
  copySource,
  input,
});

export const list = (input: Input = {}): S3Request => ({ operation: 'ListObjectsV2', input });
export const listVersions = (input: Input = {}): S3Request => ({ operation: 'ListObjectVersions', input });

export const setVersioning = (Status: 'Enabled' | 'Suspended'): S3Request => ({
  operation: 'PutBucketVersioning',
  input: { VersioningConfiguration: { Status } },
});
