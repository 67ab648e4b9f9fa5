import {
  CopyObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHECKSUM_ALGORITHMS } from '../../emulator/s3/checksums.ts';
import { BUCKET, LARGE, SMALL, Workbench } from './workbench.ts';

let bench: Workbench;
let uploader: S3Client;
let reader: S3Client;

beforeAll(async () => {
  bench = await Workbench.open();
  [uploader, reader] = ['uploader', 'reader'].map(
    (accessKeyId) =>
      new S3Client({
        endpoint: bench.endpoint,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: { accessKeyId, secretAccessKey: 'anything' },
      }),
  ) as [S3Client, S3Client];
});
afterAll(async () => {
  uploader.destroy();
  reader.destroy();
  await bench.close();
});

const read = async (Key: string) => {
  const { Body } = await reader.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return Body?.transformToString();
};

it('boto3 presigns with version 4, streams, uploads parts and repeats itself', async () => {
  const script = `${import.meta.dirname}/with_boto3.py`;
  const found = JSON.parse(await bench.ok(`/usr/bin/python3 ${script} ${bench.endpoint} ${BUCKET} large.txt`));
  expect(found).toEqual({
    presigned: [200, ''],
    version2: [400, expect.stringContaining("Config(signature_version='s3v4')")],
    repeated: true,
    bucket: 'InvalidBucketName',
  });
  await bench.scanned();
  expect([await read('boto/presigned.txt'), await read('boto/stream.txt')]).toEqual(['all is well', 'all is well']);
  expect((await read('boto/large.txt'))?.length).toBe(LARGE.length);
});

describe('the JavaScript SDK', () => {
  it('uploads by a presigned URL with its defaults, and by a form', async () => {
    const url = await getSignedUrl(uploader, new PutObjectCommand({ Bucket: BUCKET, Key: 'sdk/put.txt' }));
    await bench.beforeVerdict(async () => {
      expect((await fetch(url, { method: 'PUT', body: SMALL })).status).toBe(200);
      await expect(read('sdk/put.txt')).rejects.toMatchObject({ name: 'AccessDenied' });
    });
    expect(await read('sdk/put.txt')).toBe(SMALL);
    const form = await createPresignedPost(uploader, {
      Bucket: BUCKET,
      Key: 'sdk/form.txt',
      Conditions: [['content-length-range', 1, 100]],
    });
    const body = new FormData();
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
    body.append('file', new Blob([SMALL]), 'form.txt');
    expect((await fetch(form.url, { method: 'POST', body })).status).toBe(204);
    await bench.scanned();
    expect(await read('sdk/form.txt')).toBe(SMALL);
  });

  it.each(CHECKSUM_ALGORITHMS)('uploads parts under %s, and writes only what is new', async (ChecksumAlgorithm) => {
    const params = { Bucket: BUCKET, Key: `sdk/${ChecksumAlgorithm}.txt`, Body: LARGE, ChecksumAlgorithm };
    await new Upload({ client: uploader, params }).done();
    await bench.scanned();
    expect((await read(params.Key))?.length).toBe(LARGE.length);
    const { ObjectParts } = await reader.send(
      new GetObjectAttributesCommand({ Bucket: BUCKET, Key: params.Key, ObjectAttributes: ['ObjectParts'] }),
    );
    expect(ObjectParts?.TotalPartsCount).toBe(3);
    const again = new PutObjectCommand({ ...params, IfNoneMatch: '*' });
    await expect(uploader.send(again)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('copies with new metadata, and cannot write a verdict', async () => {
    const Key = 'sdk/source.txt';
    await uploader.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: SMALL }));
    await bench.scanned();
    const copy = { Bucket: BUCKET, Key: 'sdk/copy.txt', CopySource: `${BUCKET}/${Key}` };
    await uploader.send(new CopyObjectCommand({ ...copy, MetadataDirective: 'REPLACE', Metadata: { a: 'b' } }));
    await bench.scanned();
    const { Metadata } = await reader.send(new GetObjectCommand({ Bucket: BUCKET, Key: copy.Key }));
    expect(Metadata).toEqual({ a: 'b' });
    const Tagging = { TagSet: [{ Key: 'scan-status', Value: 'CLEAN' }] };
    const forged = new PutObjectTaggingCommand({ Bucket: BUCKET, Key, Tagging });
    await expect(uploader.send(forged)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
