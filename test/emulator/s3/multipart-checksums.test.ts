import { randomBytes } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  HeadObjectCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, createHasher } from '../../../emulator/s3/checksums.ts';
import { startTestServer, type TestServer } from './harness.ts';

const Bucket = 'bucket';
const FIVE_MIB = 5 * 1024 ** 2;
const BODIES = [randomBytes(FIVE_MIB), randomBytes(FIVE_MIB), randomBytes(10)];
let server: TestServer;
let s3: S3Client;

beforeAll(async () => {
  server = await startTestServer();
  server.createBucket(Bucket);
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  // Only the checksums that a test sends.
  const requestChecksumCalculation = 'WHEN_REQUIRED' as const;
  s3 = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    requestChecksumCalculation,
  });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});

async function hash(algorithm: ChecksumAlgorithm, ...chunks: Buffer[]): Promise<string> {
  const hasher = createHasher(algorithm);
  for (const chunk of chunks) hasher.update(chunk);
  return (await hasher.digest()).toString('base64');
}

const failure = (name: string, message?: string) =>
  expect.objectContaining({ name, ...(message !== undefined && { message: expect.stringContaining(message) }) });

async function begin(Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const put = (index: number, extra: Partial<UploadPartCommandInput> = {}) =>
    s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: index + 1, Body: BODIES[index] as Buffer, ...extra }),
    );
  const complete = (Parts: object[], extra: Partial<CompleteMultipartUploadCommandInput> = {}) =>
    s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...extra }));
  return { UploadId, put, complete };
}

/** Three parts with their checksums, and what the client lists of them. */
async function threeParts(Key: string, algorithm: ChecksumAlgorithm, ChecksumType?: 'COMPOSITE' | 'FULL_OBJECT') {
  const upload = await begin(Key, { ChecksumAlgorithm: algorithm, ...(ChecksumType && { ChecksumType }) });
  const parts = await Promise.all(
    BODIES.map(async (body, index) => {
      const checksum = { [`Checksum${algorithm}`]: await hash(algorithm, body) };
      const { ETag } = await upload.put(index, checksum);
      return { PartNumber: index + 1, ETag, ...checksum };
    }),
  );
  return { ...upload, parts };
}

const composite = async (algorithm: ChecksumAlgorithm): Promise<string> => {
  const digests = await Promise.all(BODIES.map((body) => hash(algorithm, body)));
  return `${await hash(algorithm, ...digests.map((digest) => Buffer.from(digest, 'base64')))}-${BODIES.length}`;
};
const whole = (algorithm: ChecksumAlgorithm) => hash(algorithm, ...BODIES);

const CASES = [
  ...(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const).map((algorithm) => [algorithm, 'COMPOSITE'] as const),
  ...(['CRC32', 'CRC32C', 'CRC64NVME'] as const).map((algorithm) => [algorithm, 'FULL_OBJECT'] as const),
];

describe('a declared checksum of the whole upload', () => {
  it.each(CASES)(
    '%s %s is accepted when it is right, and BadDigest when it is not',
    async (algorithm, ChecksumType) => {
      const { complete, parts } = await threeParts(`declared-${algorithm}-${ChecksumType}`, algorithm, ChecksumType);
      const right = await (ChecksumType === 'COMPOSITE' ? composite(algorithm) : whole(algorithm));
      const name = `Checksum${algorithm}`;
      const wrong = await hash(algorithm, Buffer.from('other'));
      await expect(complete(parts, { [name]: wrong })).rejects.toEqual(failure('BadDigest'));
      const otherType = ChecksumType === 'COMPOSITE' ? 'FULL_OBJECT' : 'COMPOSITE';
      await expect(complete(parts, { [name]: right, ChecksumType: otherType })).rejects.toEqual(failure('BadDigest'));
      const size = BODIES.reduce((sum, { length }) => sum + length, 0);
      await expect(complete(parts, { MpuObjectSize: size + 1 })).rejects.toEqual(
        failure('InvalidRequest', String(size)),
      );
      const done = await complete(parts, { [name]: right, ChecksumType, MpuObjectSize: size });
      expect(done).toMatchObject({ [name]: right, ChecksumType });
    },
  );

  it('of an upload without an algorithm is accepted unread', async () => {
    const { put, complete } = await begin('undeclared');
    const { ETag } = await put(2);
    await complete([{ PartNumber: 1 + 2, ETag }], { ChecksumCRC32: 'AAAAAA==' });
  });
});

describe('the checksums of parts', () => {
  it('are held against those of the parts, and all needed for a composite one', async () => {
    const { complete, parts } = await threeParts('listed', 'SHA256');
    const without = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    await expect(complete(without)).rejects.toEqual(failure('InvalidRequest', 'missing for part 1'));
    const swapped = parts.map((part) => ({ ...part, ChecksumSHA256: 'x' }));
    await expect(complete(swapped)).rejects.toEqual(failure('InvalidPart'));
    await complete(parts);
  });

  it('must be of the algorithm of the upload; S3 computes them only under a full-object checksum', async () => {
    const sha256 = await begin('other', { ChecksumAlgorithm: 'SHA256' });
    const ChecksumCRC32 = await hash('CRC32', BODIES[2] as Buffer);
    const mismatch = 'expected checksum Type: sha256, actual checksum Type: ';
    await expect(sha256.put(2, { ChecksumCRC32 })).rejects.toEqual(failure('InvalidRequest', `${mismatch}crc32`));
    await expect(sha256.put(2)).rejects.toEqual(failure('InvalidRequest', `${mismatch}null`));
    const full = await begin('computed', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const { ETag } = await full.put(2);
    const done = await full.complete([{ PartNumber: 3, ETag }]);
    expect(done.ChecksumCRC32).toBe(ChecksumCRC32);
  });

  it('are computed for parts that are copied', async () => {
    await server.seed(Bucket, 'source', BODIES[2] as Buffer);
    const Key = 'of-copies';
    const { UploadId, complete } = await begin(Key, { ChecksumAlgorithm: 'SHA256' });
    const copy = new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber: 1, CopySource: `${Bucket}/source` });
    const { CopyPartResult } = await s3.send(copy);
    const { ETag, ChecksumSHA256 } = CopyPartResult ?? {};
    expect(ChecksumSHA256).toBe(await hash('SHA256', BODIES[2] as Buffer));
    await complete([{ PartNumber: 1, ETag, ChecksumSHA256 }]);
  });

  it.each([
    ['SHA256', 'FULL_OBJECT', 'The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.'],
    ['SHA1', 'FULL_OBJECT', 'cannot be used with the sha1'],
    ['CRC64NVME', 'COMPOSITE', 'The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.'],
    [undefined, 'COMPOSITE', 'can only be used with the x-amz-checksum-algorithm header'],
    ['CRC32', 'OTHER', 'Value for x-amz-checksum-type header is invalid.'],
    ['CRC16', undefined, 'unsupported'],
  ])('of %s as %s are refused from the start', async (algorithm, type, message) => {
    const more = { ChecksumAlgorithm: algorithm as 'CRC32', ChecksumType: type as 'COMPOSITE' };
    await expect(begin('refused', more)).rejects.toEqual(failure('InvalidRequest', message));
  });
});

describe('the parts of an object', () => {
  const attributes = (Key: string, more: object = {}) =>
    s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key,
        ObjectAttributes: ['Checksum', 'ObjectParts', 'ObjectSize'],
        ...more,
      }),
    );

  it('are listed page by page under a composite checksum', async () => {
    const { complete, parts } = await threeParts('paged', 'SHA256');
    await complete(parts);
    const { Checksum, ObjectParts } = await attributes('paged', { MaxParts: 2 });
    expect(Checksum).toEqual({
      ChecksumSHA256: (await composite('SHA256')).replace('-3', ''),
      ChecksumType: 'COMPOSITE',
    });
    expect(ObjectParts).toMatchObject({
      TotalPartsCount: 3,
      MaxParts: 2,
      IsTruncated: true,
      NextPartNumberMarker: '2',
    });
    expect(ObjectParts?.Parts).toEqual(parts.slice(0, 2).map(({ ETag: _, ...part }) => ({ ...part, Size: FIVE_MIB })));
    const rest = await attributes('paged', { PartNumberMarker: '2' });
    expect(rest.ObjectParts).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3, Size: 10 }] });
    await expect(attributes('paged', { MaxParts: -1 })).rejects.toEqual(failure('InvalidArgument'));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'paged', PartNumber: 3, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject(
      parts[2]?.PartNumber === 3 ? { ChecksumSHA256: await hash('SHA256', BODIES[2] as Buffer) } : {},
    );
  });

  it.each([
    ['a full-object one', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const],
    ['none', {}],
  ])('are only counted under %s', async (name, more) => {
    const { put, complete, UploadId } = await begin(name, more);
    const { ETag } = await put(2);
    const listed = await s3.send(new ListPartsCommand({ Bucket, Key: name, UploadId }));
    expect([listed.ChecksumAlgorithm, listed.ChecksumType]).toEqual(
      Object.values({ a: undefined, b: undefined, ...more }).slice(-2),
    );
    await complete([{ PartNumber: 3, ETag }]);
    expect((await attributes(name)).ObjectParts).toEqual({ TotalPartsCount: 1 });
  });

  it('become one in a copy, whose checksum is that of the whole', async () => {
    const { complete, parts } = await threeParts('original', 'SHA256');
    await complete(parts);
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/original` }));
    const { Checksum, ObjectParts } = await attributes('copied');
    expect(Checksum).toEqual({ ChecksumSHA256: await whole('SHA256'), ChecksumType: 'FULL_OBJECT' });
    expect(ObjectParts).toBeUndefined();
  });
});

it('every algorithm is known here', () => {
  expect(new Set(CASES.map(([algorithm]) => algorithm))).toEqual(new Set(CHECKSUM_ALGORITHMS));
});
