import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, objectOf, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/** The gate while the pipeline is running behind it. Attacks that need no timing: gate-command.test.ts. */
const CLEAN = 'clean.txt';
const FOREIGN = 'attackers-own';
let airlock: Airlock;
const as = (who: string) => airlock.pipeline.client(who);

beforeAll(async () => {
  airlock = await Airlock.start();
  for (const bucket of [VERSIONED, UNVERSIONED]) await airlock.upload(CLEAN, 'all is well', { bucket });
  airlock.pipeline.s3.createBucket(FOREIGN);
  const put = { Bucket: FOREIGN, Key: 'f', Body: eicar(), Tagging: 'scan-status=CLEAN' };
  await as(UPLOADER).send(new PutObjectCommand(put));
});
afterAll(() => airlock.close());

const expectUnreadable = (Bucket: string, Key: string) =>
  expect(as(READER).send(new GetObjectCommand({ Bucket, Key }))).rejects.toThrow(/DenyUnlessClean/);

const read = async (Bucket: string, Key: string) =>
  (await as(READER).send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe.each([VERSIONED, UNVERSIONED])('in %s', (Bucket) => {
  describe('content that takes the place of CLEAN content is unreadable until it is scanned itself', () => {
    /** Tried when everything about the upload is finished except its verdict. */
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

  it('a copy within the bucket brings CLEAN along with the content it was said of, and is scanned again', async () => {
    const Key = 'renamed.txt';
    const executions: string[] = [];
    airlock.beforeInvocation(({ task, payload }) => {
      if (objectOf(payload)?.key === Key) executions.push(task);
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
