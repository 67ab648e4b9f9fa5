import { DeleteObjectCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findVersion } from '../../../cli/operations/find-version.ts';
import { startTestServer, type TestServer } from '../../emulator/s3/harness.ts';

let server: TestServer;
let s3: S3Client;
const asked: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ onRequest: ({ operation }) => void asked.push(operation) });
  server.createBucket('plain');
  server.createBucket('versioned', { versioning: 'enabled' });
  server.createBucket('later');
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});

/** The SDK's client, whose pages hold one entry. */
const pageByPage = (client: S3Client) =>
  ({
    send: (command: { input: { MaxKeys?: number } }) => {
      command.input.MaxKeys = 1;
      return client.send(command as never);
    },
  }) as unknown as S3Client;

async function put(bucket: string, key: string, body: string) {
  const { VersionId: versionId, ETag = '' } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }),
  );
  const found = { bucket, key, etag: ETag.replaceAll('"', ''), size: body.length, lastModified: expect.any(Date) };
  return { versionId, found: { ...found, ...(versionId !== undefined && { versionId }) } };
}

describe('finds exactly that version', () => {
  it.each(['a', 'a b+c%2B(1).txt', 'line\nbreak "\'<detail>&amp;\u0001', 'ü/🙂/', 'k'.repeat(1024)])(
    'of %j',
    async (key) => {
      const [old, fresh] = [await put('versioned', key, 'old'), await put('versioned', key, 'fresh one')];
      await put('versioned', key.length < 1024 ? `${key} and more` : 'other', 'another');
      for (const client of [s3, pageByPage(s3)]) {
        for (const { versionId = '', found } of [old, fresh]) {
          expect(await findVersion(client, { bucket: 'versioned', key, versionId })).toEqual(found);
        }
      }
      await put('plain', key, 'plain');
      expect(await findVersion(s3, { bucket: 'plain', key })).toMatchObject({ key, size: 5 });
    },
  );

  it('without HeadObject, which the gate would deny', async () => {
    const { found } = await put('plain', 'asked', 'for');
    asked.length = 0;
    expect(await findVersion(s3, { bucket: 'plain', key: 'asked' })).toEqual(found);
    expect(asked).toEqual(['ListObjectVersions']);
  });

  it('written before there were versions', async () => {
    const { found } = await put('later', 'key', 'before');
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: 'later', VersioningConfiguration }));
    await put('later', 'key', 'after');
    expect(await findVersion(pageByPage(s3), { bucket: 'later', key: 'key' })).toEqual(found);
  });
});

describe('finds nothing', () => {
  it('that is gone, or was never there', async () => {
    const { versionId = '' } = await put('versioned', 'gone', 'gone');
    await put('versioned', 'gone too', 'other');
    const { VersionId: marker = '' } = await s3.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'gone' }));
    for (const client of [s3, pageByPage(s3)]) {
      const find = (id?: string) =>
        findVersion(client, { bucket: 'versioned', key: 'gone', ...(id !== undefined && { versionId: id }) });
      expect(await find(versionId)).toMatchObject({ size: 4 });
      expect(await find(marker)).toBeUndefined();
      expect(await find('another')).toBeUndefined();
      expect(await find()).toBeUndefined();
    }
    expect(await findVersion(s3, { bucket: 'plain', key: 'never' })).toBeUndefined();
  });

  it('in a bucket that does not exist: that is a fault', async () => {
    await expect(findVersion(s3, { bucket: 'nowhere', key: 'key' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
