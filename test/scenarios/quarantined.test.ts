import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar, pdf, windowsExecutable } from '../../local/samples.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/** `onInfected: quarantine`, with the deployed roles and policies. */
const SCANNED = ['Check File Type', 'Scan Needed', 'Scan Object', 'Tag Object'];
const TO_ACT = [...SCANNED, 'Infected', 'Act On Verdict'];
const QUARANTINED = [...TO_ACT, 'Quarantine Object', 'Quarantined', 'Delete Object', 'Notify'];
let airlock: Airlock;
let quarantine: string;
const as = (who: string) => airlock.pipeline.client(who);

beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: { onInfected: 'quarantine', buckets: [{ name: VERSIONED }, { name: UNVERSIONED, versioned: false }] },
  });
  const buckets = airlock.pipeline.stack.ofType('AWS::S3::Bucket');
  quarantine = buckets.find(({ logicalId }) => logicalId.startsWith('Quarantine'))?.ref ?? '';
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

async function versionsOf(Bucket: string, Prefix: string) {
  const { Versions = [], DeleteMarkers = [] } = await as(OPERATOR).send(
    new ListObjectVersionsCommand({ Bucket, Prefix }),
  );
  return [...Versions, ...DeleteMarkers];
}

/** The content of the quarantine, bypassing the bucket policy that denies everybody. */
function copiesOf(bucket: string, key: string) {
  return airlock.pipeline.s3.buckets
    .listVersions(quarantine, { prefix: `${bucket}/${key}/` })
    .entries.filter((version) => !version.deleteMarker);
}

describe.each([VERSIONED, UNVERSIONED])('malware in %s', (bucket) => {
  it('is moved to the quarantine, and reported so', async () => {
    const { upload, result, messages, events } = await airlock.upload('eicar.txt', eicar(), {
      bucket,
      Tagging: 'owner=me',
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: QUARANTINED, retries: {} });
    expect(await versionsOf(bucket, 'eicar.txt')).toEqual([]);
    const [copy] = copiesOf(bucket, 'eicar.txt');
    expect(copy).toMatchObject({
      key: `${bucket}/eicar.txt/${upload.versionId ?? upload.etag}`,
      etag: upload.etag,
      tags: { owner: 'me', 'scan-status': 'INFECTED' },
      attributes: { headers: { 'x-amz-meta-airlock-status': 'INFECTED', 'x-amz-meta-airlock-bucket': bucket } },
    });
    const told = { status: 'INFECTED', action: 'quarantine', tagged: true };
    expect(messages).toMatchObject([{ body: told }]);
    expect(events).toMatchObject([{ detail: told }]);
  });

  it.each([
    ['clean', 'clean.pdf', pdf(), 'CLEAN', [...SCANNED, 'Notify']],
    [
      'rejected',
      'setup.exe',
      windowsExecutable(),
      'REJECTED',
      [...SCANNED.slice(0, 2), 'Rejected', 'Tag Object', 'Notify'],
    ],
  ])('leaves what is %s where it is', async (_, key, content, status, states) => {
    const { result, tags, messages } = await airlock.upload(key, content, { bucket });
    expect(result).toMatchObject({ status: 'SUCCEEDED', states });
    expect(tags).toMatchObject({ 'scan-status': status });
    expect(messages).toMatchObject([{ body: { status, action: 'tag' } }]);
    expect(copiesOf(bucket, key)).toEqual([]);
  });

  it('is moved though it has no room for a tag', async () => {
    const Tagging = Array.from({ length: 10 }, (_, tag) => `owner-${tag}=x`).join('&');
    const { result, messages } = await airlock.upload('full.txt', eicar(), { bucket, Tagging });
    expect(result.states).toEqual(QUARANTINED.with(4, 'Infected Not Tagged'));
    expect(messages).toMatchObject([{ body: { action: 'quarantine', tagged: false } }]);
    expect(await versionsOf(bucket, 'full.txt')).toEqual([]);
  });

  it('that its owner deletes first is told as it was', async () => {
    const key = 'deleted.txt';
    const begun = Promise.withResolvers<{ versionId: string | undefined }>();
    airlock.meddleBefore('quarantine-object', key, async () =>
      airlock.delete({ bucket, key, ...(await begun.promise) }),
    );
    const upload = await airlock.begin(key, eicar(), { bucket });
    begun.resolve({ versionId: upload.versionId });
    const { result, messages } = await airlock.outcome(upload);
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      states: [...TO_ACT, 'Quarantine Object', 'Quarantined', 'Notify'],
    });
    expect(messages).toMatchObject([{ body: { status: 'INFECTED', action: 'tag' } }]);
    expect(copiesOf(bucket, key)).toEqual([]);
  });
});

it('a version is moved and its neighbours stay', async () => {
  const older = await airlock.upload('history.txt', 'all is well');
  const infected = await airlock.begin('history.txt', eicar());
  const newer = await airlock.upload('history.txt', 'all is well again');
  expect((await airlock.outcome(infected)).result.states).toEqual(QUARANTINED);
  expect((await versionsOf(VERSIONED, 'history.txt')).map(({ VersionId }) => VersionId)).toEqual([
    newer.upload.versionId,
    older.upload.versionId,
  ]);
});

it.each(['quarantine-object', 'delete-object'])(
  'content that takes its place before %s is never deleted',
  async (task) => {
    const key = `replaced-${task}.txt`;
    const begun = Promise.withResolvers<Awaited<ReturnType<Airlock['begin']>>>();
    airlock.meddleBefore(task, key, async () =>
      begun.resolve(await airlock.begin(key, 'all is well', { bucket: UNVERSIONED })),
    );
    const first = await airlock.upload(key, eicar(), { bucket: UNVERSIONED });
    const second = await airlock.outcome(await begun.promise);
    expect(first.result.status).toBe('SUCCEEDED');
    const copied = task === 'delete-object';
    expect(first.messages).toMatchObject([{ body: { status: 'INFECTED', action: copied ? 'quarantine' : 'tag' } }]);
    expect(copiesOf(UNVERSIONED, key)).toHaveLength(copied ? 1 : 0);
    expect(second.tags).toMatchObject({ 'scan-status': 'CLEAN' });
  },
);

describe('the quarantine', () => {
  it.each([READER, UPLOADER, OPERATOR])('gives nothing to %s', async (who) => {
    await airlock.upload('kept.txt', eicar());
    const [{ key: Key = '', versionId: VersionId = '' } = {}] = copiesOf(VERSIONED, 'kept.txt');
    for (const command of [
      new GetObjectCommand({ Bucket: quarantine, Key }),
      new GetObjectCommand({ Bucket: quarantine, Key, VersionId }),
    ]) {
      await expect(as(who).send(command)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  it('takes nothing from anybody but its function', async () => {
    const command = new PutObjectCommand({ Bucket: quarantine, Key: 'planted', Body: 'x' });
    await expect(as(OPERATOR).send(command)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
