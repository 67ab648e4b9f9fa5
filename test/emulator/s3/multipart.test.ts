import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { S3Event } from '../../../emulator/s3/events.ts';
import { startTestServer, type TestServer } from './harness.ts';

const Bucket = 'bucket';
const MIB = 1024 ** 2;
const first = randomBytes(5 * MIB);
const second = randomBytes(1000);
const events: S3Event[] = [];
let server: TestServer;
let s3: S3Client;

beforeAll(async () => {
  server = await startTestServer({ onEvent: (event) => events.push(event) });
  server.createBucket(Bucket, { versioning: 'enabled', eventBridge: true });
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});

const start = async (Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) => {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const part = (PartNumber: number, Body: Buffer) =>
    s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  const complete = (
    ...Parts: { PartNumber: number; ETag?: string | undefined; ChecksumCRC32?: string | undefined }[]
  ) => s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  return { UploadId, part, complete };
};
const failure = (name: string) => expect.objectContaining({ name });
const md5 = (...buffers: Buffer[]) => createHash('md5').update(Buffer.concat(buffers)).digest();

describe('a multipart upload', () => {
  it('becomes one object, with its tags, one event, and an ETag of its own form', async () => {
    const { part, complete } = await start('whole', { Tagging: 'a=b', Metadata: { m: 'n' } });
    const two = await part(2, second);
    const one = await part(1, first);
    const done = await complete({ PartNumber: 1, ETag: one.ETag }, { PartNumber: 2, ETag: two.ETag });
    expect(done.ETag).toBe(`"${md5(md5(first), md5(second)).toString('hex')}-2"`);
    expect(events.map(({ detail }) => [detail.reason, detail.object.size])).toEqual([
      ['CompleteMultipartUpload', first.length + second.length],
    ]);
    const output = await s3.send(new GetObjectCommand({ Bucket, Key: 'whole' }));
    expect(output).toMatchObject({ TagCount: 1, Metadata: { m: 'n' }, VersionId: done.VersionId });
    const bytes = Buffer.from((await output.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([first, second]))).toBe(true);
    const across = `bytes=${first.length - 3}-${first.length + 2}`;
    const range = await s3.send(new GetObjectCommand({ Bucket, Key: 'whole', Range: across }));
    expect(await range.Body?.transformToString('hex')).toBe(
      Buffer.concat([first.subarray(-3), second.subarray(0, 3)]).toString('hex'),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'whole', PartNumber: 2 }));
    expect(head).toMatchObject({ PartsCount: 2, ContentLength: second.length });
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/whole` }));
    const copied = await s3.send(new HeadObjectCommand({ Bucket, Key: 'copied' }));
    expect(copied.ETag).toBe(`"${md5(first, second).toString('hex')}"`);
  });

  it.each(['COMPOSITE', 'FULL_OBJECT'] as const)('has a %s checksum', async (ChecksumType) => {
    const { part, complete } = await start('checked', { ChecksumAlgorithm: 'CRC32', ChecksumType });
    const parts = [await part(1, first), await part(2, second)];
    const done = await complete(
      ...parts.map(({ ETag, ChecksumCRC32 }, index) => ({ PartNumber: index + 1, ETag, ChecksumCRC32 })),
    );
    expect(done.ChecksumCRC32).toMatch(ChecksumType === 'COMPOSITE' ? /^.{8}-2$/ : /^.{8}$/);
    const output = await s3.send(new GetObjectCommand({ Bucket, Key: 'checked' }));
    expect((await output.Body?.transformToByteArray())?.length).toBe(first.length + second.length);
  });

  it('completed again gets the same answer, and changes nothing', async () => {
    const { part, complete } = await start('twice');
    const uploaded = [await part(1, first), await part(2, second)];
    const parts = uploaded.map(({ ETag, ChecksumCRC32 }, index) => ({ PartNumber: index + 1, ETag, ChecksumCRC32 }));
    const done = await complete(...parts);
    const seen = events.length;
    expect(await complete(...parts)).toEqual({ ...done, $metadata: expect.anything() });
    expect(events).toHaveLength(seen);
    expect(server.buckets.listVersions(Bucket, { prefix: 'twice' }).entries).toHaveLength(1);
    await expect(complete(...parts.slice(0, 1))).rejects.toEqual(failure('NoSuchUpload'));
  });

  it('takes parts out of other objects', async () => {
    await server.seed(Bucket, 'source', first);
    const { UploadId, complete } = await start('assembled');
    const copy = (PartNumber: number, CopySourceRange: string) =>
      s3.send(
        new UploadPartCopyCommand({
          ...{ Bucket, Key: 'assembled', UploadId, PartNumber, CopySourceRange },
          CopySource: `${Bucket}/source`,
        }),
      );
    const one = await copy(1, `bytes=0-${5 * MIB - 1}`);
    const two = await copy(2, 'bytes=10-19');
    await expect(copy(3, `bytes=0-${5 * MIB}`)).rejects.toEqual(failure('InvalidArgument'));
    await complete(
      { PartNumber: 1, ETag: one.CopyPartResult?.ETag },
      { PartNumber: 2, ETag: two.CopyPartResult?.ETag },
    );
    server.buckets.delete(Bucket, 'source', server.buckets.get(Bucket, 'source').versionId);
    const output = await s3.send(new GetObjectCommand({ Bucket, Key: 'assembled' }));
    const bytes = Buffer.from((await output.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([first, first.subarray(10, 20)]))).toBe(true);
  });

  it('is refused when its parts are missing, out of order, too small or not the ones named', async () => {
    const { part, complete } = await start('refused');
    const one = await part(1, second);
    const two = await part(2, second);
    const named = [
      { PartNumber: 1, ETag: one.ETag },
      { PartNumber: 2, ETag: two.ETag },
    ] as const;
    await expect(complete(...named)).rejects.toEqual(failure('EntityTooSmall'));
    await expect(complete(named[1], named[0])).rejects.toEqual(failure('InvalidPartOrder'));
    await expect(complete({ PartNumber: 3, ETag: one.ETag })).rejects.toEqual(failure('InvalidPart'));
    await expect(complete({ PartNumber: 1, ETag: '"other"' })).rejects.toEqual(failure('InvalidPart'));
    await part(1, first);
    await expect(complete(named[0])).rejects.toEqual(failure('InvalidPart'));
    await complete(named[1]);
  });

  it('is listed with its parts until it is aborted', async () => {
    const Key = 'aborted';
    const { UploadId, part } = await start(Key);
    await part(1, second);
    await part(7, second);
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 1000],
      [7, 1000],
    ]);
    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
    expect(uploads.Uploads?.map((upload) => upload.UploadId)).toEqual([UploadId]);
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    await expect(part(2, second)).rejects.toEqual(failure('NoSuchUpload'));
    expect(server.buckets.find(Bucket, Key)).toBeUndefined();
  });
});
