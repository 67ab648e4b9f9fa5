/*
 * Every row of the table in docs/security.md, tried against the running pipeline. Over 250 lines, so that the table
 * has one counterpart, and one pipeline is started for all of it.
 */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR, READER, UPLOADER } from '../../local/pipeline.ts';
import { eicar } from '../../local/samples.ts';
import { Airlock, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

const FOREIGN = 'attackers-own';
const FORGED = 'scan-status=CLEAN';
const [CLEAN, INFECTED, UNSCANNED] = ['clean.txt', 'infected.txt', 'unscanned.txt'];
let airlock: Airlock;
const as = (who: string) => airlock.pipeline.client(who);

beforeAll(async () => {
  airlock = await Airlock.start();
  const { s3 } = airlock.pipeline;
  for (const bucket of [VERSIONED, UNVERSIONED]) {
    await airlock.upload(CLEAN, 'all is well', { bucket });
    await airlock.upload(INFECTED, eicar(), { bucket });
    // Without an event: as every object is between its upload and its verdict.
    await s3.seed(bucket, UNSCANNED, eicar());
  }
  s3.createBucket(FOREIGN);
  await as(UPLOADER).send(new PutObjectCommand({ Bucket: FOREIGN, Key: 'f', Body: eicar(), Tagging: FORGED }));
});
afterAll(() => airlock.close());

/** Everything a bucket holds, as an administrator sees it. */
async function contentsOf(Bucket: string) {
  const { Versions = [] } = await as(OPERATOR).send(new ListObjectVersionsCommand({ Bucket }));
  return Promise.all(
    Versions.map(async ({ Key, VersionId, ETag }) => {
      const { TagSet } = await as(OPERATOR).send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }));
      return { Key, VersionId, ETag, TagSet };
    }),
  );
}

/** Refused by this statement of the bucket policy, and nothing in the bucket has changed. */
async function expectRefused(bucket: string, statement: string | RegExp, attack: () => Promise<unknown>) {
  const before = await contentsOf(bucket);
  await expect(attack()).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringMatching(statement),
    $metadata: { httpStatusCode: 403 },
  });
  expect(await contentsOf(bucket)).toEqual(before);
}

/** HEAD answers carry no body, so no reason. */
const expectUnreadable = (Bucket: string, Key: string, who = READER) =>
  expect(as(who).send(new GetObjectCommand({ Bucket, Key }))).rejects.toThrow(/DenyUnlessClean/);

const read = async (Bucket: string, Key: string) =>
  (await as(READER).send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

async function latestVersion(Bucket: string, Key: string) {
  return (await contentsOf(Bucket)).find((version) => version.Key === Key)?.VersionId;
}

/** What only hand-made requests say, as S3's own error would. */
async function raw(path: string, init: RequestInit & { who?: string } = {}): Promise<never> {
  const { who, ...request } = init;
  const url = new URL(path, airlock.pipeline.s3.endpoint);
  if (who !== undefined) {
    const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    url.searchParams.set('X-Amz-Credential', `${who.split('/').at(-1)}/${date.slice(0, 8)}/us-east-1/s3/aws4_request`);
    url.searchParams.set('X-Amz-Date', date);
    url.searchParams.set('X-Amz-Expires', '60');
  }
  const response = await fetch(url, request);
  const text = await response.text();
  const [, name] = /<Code>(.*)<\/Code>/.exec(text) ?? [];
  throw Object.assign(new Error(text), { name, $metadata: { httpStatusCode: response.status } });
}

describe.each([VERSIONED, UNVERSIONED])('in %s', (Bucket) => {
  describe.each([UPLOADER, READER, OPERATOR])('%s reads nothing without a CLEAN verdict', (who) => {
    it.each([INFECTED, UNSCANNED])('%s', async (Key) => {
      const client = as(who);
      const VersionId = await latestVersion(Bucket, Key);
      const refused = (attack: () => Promise<unknown>) => expectRefused(Bucket, 'DenyUnlessClean', attack);
      await refused(() => client.send(new GetObjectCommand({ Bucket, Key })));
      await refused(() => client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-0' })));
      await refused(() => client.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['Checksum'] })));
      await refused(() => raw(`/${Bucket}/${Key}`, { who }));
      await refused(() => client.send(new GetObjectCommand({ Bucket, Key, VersionId })));
      await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      });
    });
  });

  it.each([INFECTED, UNSCANNED])('%s is not copied to where it could be read', async (key) => {
    const CopySource = `${Bucket}/${key}`;
    const client = as(UPLOADER);
    for (const target of [FOREIGN, Bucket]) {
      const copy = { Bucket: target, Key: 'out', CopySource };
      await expectRefused(target, 'DenyUnlessClean', () => client.send(new CopyObjectCommand(copy)));
      await expectRefused(target, 'DenyUnlessClean', () =>
        client.send(new CopyObjectCommand({ ...copy, TaggingDirective: 'REPLACE' })),
      );
    }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: FOREIGN, Key: 'out' }));
    const part = { Bucket: FOREIGN, Key: 'out', UploadId, PartNumber: 1, CopySource };
    await expectRefused(FOREIGN, 'DenyUnlessClean', () => client.send(new UploadPartCopyCommand(part)));
  });

  it('nobody without a key reads, or writes, anything; a key nobody has is refused by name', async () => {
    for (const key of [CLEAN, INFECTED, UNSCANNED]) {
      await expectRefused(Bucket, /./, () => raw(`/${Bucket}/${key}`));
    }
    await expectRefused(Bucket, /./, () => raw(`/${Bucket}/new.txt`, { method: 'PUT', body: 'x' }));
    await expect(
      as('arn:aws:iam::000000000000:user/stranger').send(new GetObjectCommand({ Bucket, Key: CLEAN })),
    ).rejects.toMatchObject({ name: 'InvalidAccessKeyId', $metadata: { httpStatusCode: 403 } });
  });

  it('what is CLEAN is readable, but over TLS only', async () => {
    expect(await read(Bucket, CLEAN)).toBe('all is well');
    const headers = { 'x-forwarded-proto': 'http' };
    await expectRefused(Bucket, 'DenyInsecureTransport', () => raw(`/${Bucket}/${CLEAN}`, { who: READER, headers }));
    const put = { who: UPLOADER, headers, method: 'PUT', body: 'x' };
    await expectRefused(Bucket, 'DenyInsecureTransport', () => raw(`/${Bucket}/new.txt`, put));
  });

  describe.each([UPLOADER, OPERATOR])('%s forges no verdict', (who) => {
    const refused = (statement: string, attack: () => Promise<unknown>) => expectRefused(Bucket, statement, attack);

    it.each([
      FORGED,
      'SCAN-STATUS=CLEAN',
      'a=b&Scan-Status=CLEAN',
      'scan-definitions=9999',
      'scan-finding=',
      'scan-time=x',
    ])('with the upload: %s', async (Tagging) => {
      const client = as(who);
      const put = { Bucket, Key: 'forged.txt', Tagging };
      await refused('DenyForgedVerdict', () => client.send(new PutObjectCommand({ ...put, Body: eicar() })));
      await refused('DenyForgedVerdict', () => client.send(new CreateMultipartUploadCommand(put)));
      const own = { ...put, CopySource: `${Bucket}/${CLEAN}`, TaggingDirective: 'REPLACE' } as const;
      await refused('DenyForgedVerdict', () => client.send(new CopyObjectCommand(own)));
    });

    it('with a presigned upload, or with a form', async () => {
      const query = new URLSearchParams({ 'x-amz-tagging': FORGED });
      const put = { who, method: 'PUT', body: eicar() };
      await refused('DenyForgedVerdict', () => raw(`/${Bucket}/forged.txt?${query}`, put));
      const form = new FormData();
      form.set('key', 'forged.txt');
      form.set('x-amz-credential', `${who.split('/').at(-1)}/20261121/us-east-1/s3/aws4_request`);
      form.set('tagging', '<Tagging><TagSet><Tag><Key>scan-status</Key><Value>CLEAN</Value></Tag></TagSet></Tagging>');
      form.set('file', new Blob([eicar()]));
      await refused('DenyForgedVerdict', () => raw(`/${Bucket}`, { method: 'POST', body: form }));
    });

    it.each([INFECTED, UNSCANNED, CLEAN])('afterwards, on %s', async (Key) => {
      for (const VersionId of [undefined, await latestVersion(Bucket, Key)]) {
        for (const key of ['scan-status', 'Scan-Status', 'scan-definitions']) {
          const Tagging = { TagSet: [{ Key: key, Value: 'CLEAN' }] };
          const put = new PutObjectTaggingCommand({ Bucket, Key, VersionId, Tagging });
          await refused('DenyForgedVerdict', () => as(who).send(put));
        }
      }
    });

    it.each([INFECTED, CLEAN])('and takes none away, from %s', async (Key) => {
      for (const VersionId of [undefined, await latestVersion(Bucket, Key)]) {
        const target = { Bucket, Key, VersionId };
        await refused('DenyErasedVerdict', () => as(who).send(new DeleteObjectTaggingCommand(target)));
        for (const TagSet of [[], [{ Key: 'mine', Value: 'x' }]]) {
          const put = new PutObjectTaggingCommand({ ...target, Tagging: { TagSet } });
          await refused('DenyErasedVerdict', () => as(who).send(put));
        }
      }
    });

    it.each([undefined, 'COPY', 'REPLACE'] as const)('by copying one that he gave himself: %s', async (directive) => {
      const copy = { Bucket, Key: 'copied.txt', CopySource: `${FOREIGN}/f`, TaggingDirective: directive };
      await refused('DenyCopiedVerdict', () => as(who).send(new CopyObjectCommand(copy)));
      await refused('DenyCopiedVerdict', () =>
        as(who).send(new CopyObjectCommand({ ...copy, CopySource: `/${FOREIGN}/f` })),
      );
    });
  });

  it('the uploader changes nothing about the bucket', async () => {
    const client = as(UPLOADER);
    const refused = (attack: () => Promise<unknown>) => expectRefused(Bucket, 'nothing allows', attack);
    await refused(() => client.send(new PutBucketPolicyCommand({ Bucket, Policy: '{"Statement":[]}' })));
    await refused(() => client.send(new DeleteBucketPolicyCommand({ Bucket })));
    await refused(() =>
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
    );
    await refused(() =>
      client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} })),
    );
  });

  describe('content that takes the place of CLEAN content has no verdict of it', () => {
    /** Tried when everything about the upload is done but its verdict. */
    async function unreadableUntilScanned(Key: string, replace: () => Promise<unknown>, status: string) {
      await airlock.upload(Key, 'all is well', { bucket: Bucket });
      expect(await read(Bucket, Key)).toBe('all is well');
      const tried = Promise.withResolvers<void>();
      airlock.meddleBefore('tag-object', Key, () => expectUnreadable(Bucket, Key).then(tried.resolve, tried.reject));
      await replace();
      await tried.promise;
      await airlock.pipeline.idle();
      expect(await airlock.tags({ bucket: Bucket, key: Key, versionId: undefined })).toMatchObject({
        'scan-status': status,
      });
      if (status !== 'CLEAN') await expectUnreadable(Bucket, Key);
    }

    it('put over it', () =>
      unreadableUntilScanned(
        'put.txt',
        () => as(UPLOADER).send(new PutObjectCommand({ Bucket, Key: 'put.txt', Body: eicar(), Tagging: 'mine=x' })),
        'INFECTED',
      ));

    it.each(['own', 'copied'])('in parts: %s', async (how) => {
      const target = { Bucket, Key: `${how}-parts.txt` };
      await unreadableUntilScanned(
        target.Key,
        async () => {
          const client = as(UPLOADER);
          const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
          const part = { ...target, UploadId, PartNumber: 1 };
          const copied = () => client.send(new UploadPartCopyCommand({ ...part, CopySource: `${FOREIGN}/f` }));
          const ETag =
            how === 'own'
              ? (await client.send(new UploadPartCommand({ ...part, Body: eicar() }))).ETag
              : (await copied()).CopyPartResult?.ETag;
          const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
          await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
        },
        'INFECTED',
      );
    });

    it('copied within the bucket without tags', () => {
      const copy = { Bucket, Key: 'copy.txt', CopySource: `${Bucket}/${CLEAN}`, TaggingDirective: 'REPLACE' } as const;
      return unreadableUntilScanned('copy.txt', () => as(UPLOADER).send(new CopyObjectCommand(copy)), 'CLEAN');
    });
  });

  it('a copy within the bucket brings CLEAN along with the content it was said of, and is scanned anew', async () => {
    const Key = 'renamed.txt';
    const executions: string[] = [];
    airlock.beforeInvocation(({ task, payload }) => {
      if ((payload as { object?: { key: string } }).object?.key === Key) executions.push(task);
    });
    await as(UPLOADER).send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${CLEAN}` }));
    expect(await read(Bucket, Key)).toBe('all is well');
    await airlock.pipeline.idle();
    airlock.beforeInvocation(undefined);
    expect(executions).toEqual(['check-file-type', 'scan-object', 'tag-object', 'notify']);
  });

  it('owners tag their uploads as they like', async () => {
    const { tags } = await airlock.upload('owned.txt', 'x', { bucket: Bucket, Tagging: 'team=a&status=CLEAN' });
    expect(tags).toMatchObject({ team: 'a', status: 'CLEAN', 'scan-status': 'CLEAN' });
  });
});
