import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { S3Error } from '../../../emulator/s3/errors.ts';
import { create } from '../../../functions/handlers/delete-object.ts';
import { startTestServer, type TestServer } from '../../emulator/s3/harness.ts';

const TAGGED = { tagged: true, action: 'tag' };
let s3: TestServer;
let remove: ReturnType<typeof create>;
let onRequest: ((operation: string) => void | Promise<void>) | undefined;

beforeAll(async () => {
  s3 = await startTestServer({ onRequest: ({ operation }) => onRequest?.(operation) });
  for (const versioning of ['enabled', 'off', 'suspended'] as const) s3.createBucket(versioning, { versioning });
  remove = create({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
  });
});
afterEach(() => {
  onRequest = undefined;
});
afterAll(() => s3.stop());

async function put(bucket: string, key: string, content: string) {
  const { etag, size, versionId } = await s3.seed(bucket, key, content);
  return { key, size, etag, ...(bucket !== 'off' && { 'version-id': versionId }) };
}
const run = (bucket: string, object: object, action = 'delete') =>
  remove({ bucket, object, outcome: TAGGED, action }, {} as Context);
const contents = (bucket: string, key: string) =>
  s3.buckets
    .listVersions(bucket, { prefix: key })
    .entries.filter(({ deleteMarker }) => !deleteMarker)
    .map((version) => (version.deleteMarker ? '' : version.etag));

describe('a version', () => {
  it('is deleted for good, and no other', async () => {
    const older = await put('enabled', 'v.txt', 'older');
    const object = await put('enabled', 'v.txt', 'malware');
    const newer = await put('enabled', 'v.txt', 'newer');
    expect(await run('enabled', object)).toEqual({ tagged: true, action: 'delete' });
    expect(contents('enabled', 'v.txt')).toEqual([newer.etag, older.etag]);
  });

  it('is deleted from behind a delete marker', async () => {
    const object = await put('enabled', 'hidden.txt', 'malware');
    s3.buckets.delete('enabled', 'hidden.txt');
    await run('enabled', object);
    expect(contents('enabled', 'hidden.txt')).toEqual([]);
  });

  it('that is gone already counts as deleted', async () => {
    const object = await put('enabled', 'gone.txt', 'malware');
    await run('enabled', object, 'quarantine');
    expect(await run('enabled', object, 'quarantine')).toEqual({ tagged: true, action: 'quarantine' });
  });

  it('keeps the outcome of an object that could take no tag', async () => {
    const object = await put('enabled', 'untagged.txt', 'malware');
    const outcome = { tagged: false, action: 'none' };
    const deleted = await remove({ bucket: 'enabled', object, outcome, action: 'delete' }, {} as Context);
    expect(deleted).toEqual({ tagged: false, action: 'delete' });
  });
});

describe.each(['off', 'suspended'] as const)('content where versioning is %s', (bucket) => {
  it('is deleted for good', async () => {
    const object = await put(bucket, 'plain.txt', 'malware');
    expect(await run(bucket, object)).toEqual({ tagged: true, action: 'delete' });
    expect(contents(bucket, 'plain.txt')).toEqual([]);
  });

  it('that is gone already counts as deleted', async () => {
    const object = await put(bucket, 'gone.txt', 'malware');
    await run(bucket, object);
    expect(await run(bucket, object)).toEqual({ tagged: true, action: 'delete' });
  });

  it('that was replaced is left alone, and the outcome says so', async () => {
    const object = await put(bucket, 'replaced.txt', 'malware');
    const other = await put(bucket, 'replaced.txt', 'harmless');
    expect(await run(bucket, object)).toEqual(TAGGED);
    expect(contents(bucket, 'replaced.txt')).toEqual([other.etag]);
  });

  it('that was replaced is in quarantine all the same when that was done before', async () => {
    const object = await put(bucket, 'copied.txt', 'malware');
    const other = await put(bucket, 'copied.txt', 'harmless');
    expect(await run(bucket, object, 'quarantine')).toEqual({ tagged: true, action: 'quarantine' });
    expect(contents(bucket, 'copied.txt')).toEqual([other.etag]);
  });

  it('that is replaced at the very last moment is left alone', async () => {
    const object = await put(bucket, 'moment.txt', 'malware');
    onRequest = async (operation) => {
      if (operation === 'DeleteObject') await put(bucket, 'moment.txt', 'harmless');
    };
    expect(await run(bucket, object)).toEqual(TAGGED);
    expect(contents(bucket, 'moment.txt')).toHaveLength(1);
  });
});

describe('content that is older than the bucket’s versioning', () => {
  async function olderThanVersioning(bucket: string, content: string) {
    s3.createBucket(bucket);
    const object = await put('off', 'scratch.txt', 'x').then(() => s3.seed(bucket, 'old.txt', content));
    s3.buckets.bucket(bucket).versioning = 'enabled';
    return { key: 'old.txt', size: object.size, etag: object.etag };
  }

  it('is deleted for good, not hidden', async () => {
    const object = await olderThanVersioning('late', 'malware');
    expect(await run('late', object)).toEqual({ tagged: true, action: 'delete' });
    expect(s3.buckets.listVersions('late').entries).toEqual([]);
    expect(await run('late', object)).toEqual({ tagged: true, action: 'delete' });
  });

  it('is deleted for good when a version came after it', async () => {
    const object = await olderThanVersioning('later', 'malware');
    const newer = await put('later', 'old.txt', 'newer');
    await run('later', object);
    expect(contents('later', 'old.txt')).toEqual([newer.etag]);
  });

  it('is left alone when it is not what was scanned', async () => {
    const object = await olderThanVersioning('other', 'harmless');
    expect(await run('other', { ...object, etag: 'e'.repeat(32) })).toEqual(TAGGED);
    expect(contents('other', 'old.txt')).toHaveLength(1);
  });
});

it.each([
  ['DeleteObject', 'enabled'],
  ['DeleteObject', 'off'],
  ['GetBucketVersioning', 'off'],
])('asks again when %s says of what is there that it is gone: versioning %s', async (mistaken, bucket) => {
  const object = await put(bucket, `${mistaken}.txt`, 'malware that is there');
  let answers = 0;
  onRequest = (operation) => {
    if (operation !== mistaken) return;
    answers += 1;
    if (answers === 1) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  };
  expect(await run(bucket, object)).toEqual({ tagged: true, action: 'delete' });
  expect(contents(bucket, `${mistaken}.txt`)).toEqual([]);
});

it('says AccessDenied when a policy refuses', async () => {
  const object = await put('enabled', 'denied.txt', 'malware');
  onRequest = () => {
    throw new S3Error(403, 'AccessDenied', 'Access Denied');
  };
  await expect(run('enabled', object)).rejects.toMatchObject({ name: 'AccessDenied' });
});
