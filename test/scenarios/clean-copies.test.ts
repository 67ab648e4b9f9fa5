import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStack } from '../../cli/operations/deployed-stack.ts';
import { destinationChecks } from '../../cli/operations/doctor/bucket-checks.ts';
import type { Patient } from '../../cli/operations/doctor/clients.ts';
import { examine } from '../../cli/operations/doctor/finding.ts';
import { merge, planMerge } from '../../cli/operations/merge-gate.ts';
import type { BusEvent } from '../../emulator/event-bridge/event.ts';
import { grantsOf, unneeded } from '../../emulator/iam/grants.ts';
import { accessKeyIdOf, rolesOf } from '../../emulator/iam/principals.ts';
import type { StoredObject } from '../../emulator/s3/buckets.ts';
import { sha256 } from '../../functions/adapters/process/digest.ts';
import { copyMetadata } from '../../functions/domain/copies/copy-mark.ts';
import { dialectNamed } from '../../functions/domain/dialects/index.ts';
import type { Notification } from '../../functions/domain/notification.ts';
import { NO_HEADERS } from '../../functions/domain/ports.ts';
import { rescanMachine } from '../../local/commands/rescan.ts';
import { eicar, pdf, windowsExecutable } from '../../local/samples.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, SCANNED, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/** `onClean.copyTo`, with the deployed roles and policies. */
const CLEAN = 'clean-files';
const CLEAN_TOO = 'clean-files-too';
const EXISTING = 'was-there';
const COPIED = [...SCANNED.slice(0, -1), 'Copy Object', 'Notify'];
const PREFIX: Readonly<Record<string, string>> = { [VERSIONED]: 'v/', [UNVERSIONED]: 'u/' };
const DESTINATION: Readonly<Record<string, string>> = { [VERSIONED]: CLEAN, [UNVERSIONED]: CLEAN_TOO };
let airlock: Airlock;
const events: BusEvent[] = [];
const as = (who: string) => airlock.pipeline.client(who);

beforeAll(async () => {
  const to = (bucket: string, prefix: string, more = {}) => ({ onClean: { copyTo: { bucket, prefix, ...more } } });
  airlock = await Airlock.start({
    airlock: {
      buckets: [
        { name: VERSIONED, ...to(CLEAN, 'v/') },
        { name: UNVERSIONED, versioned: false, ...to(CLEAN_TOO, 'u/') },
        { name: 'to-existing', ...to(EXISTING, '', { existing: true, onlyPipelineWrites: true }) },
        { name: 'not-copied' },
      ],
    },
    onEvent: (event) => void events.push(event),
  });
}, 60_000);
afterEach(() => {
  airlock.beforeInvocation(undefined);
  airlock.beforeRequest(undefined);
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

/** Newest first, past the policies. */
const copiesOf = (key: string, bucket = key.startsWith('u/') ? CLEAN_TOO : CLEAN) =>
  airlock.pipeline.s3.buckets
    .listVersions(bucket, { prefix: key })
    .entries.filter((version) => version.key === key && !version.deleteMarker) as readonly StoredObject<unknown>[];
const outputOf = (name: string) => airlock.pipeline.stack.outputs.find(({ key }) => key === name)?.value ?? '';

describe.each([VERSIONED, UNVERSIONED])('a clean object of %s', (bucket) => {
  const prefix = PREFIX[bucket] ?? '';

  it('is copied with all that belongs to it, before it is reported', async () => {
    const put = {
      bucket,
      ContentType: 'application/pdf',
      ContentDisposition: 'inline; filename="report.pdf"',
      CacheControl: 'max-age=60',
      ContentLanguage: 'en',
      Expires: new Date('2030-01-01T00:00:00.000Z'),
      StorageClass: 'INTELLIGENT_TIERING',
      Metadata: { author: 'me', 'airlock-copy-of': 'forged' },
      Tagging: 'owner=me',
    } as const;
    const { upload, result, messages, tags } = await airlock.upload('in/report.pdf', pdf(), put);
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: COPIED, retries: {} });
    const key = `${prefix}in/report.pdf`;
    const [copy, ...others] = copiesOf(key);
    expect(others).toEqual([]);
    expect(copy).toMatchObject({
      etag: upload.etag,
      tags,
      attributes: {
        storageClass: 'INTELLIGENT_TIERING',
        headers: {
          'content-type': 'application/pdf',
          'content-disposition': 'inline; filename="report.pdf"',
          'cache-control': 'max-age=60',
          'content-language': 'en',
          expires: 'Tue, 01 Jan 2030 00:00:00 GMT',
          'x-amz-meta-author': 'me',
          'x-amz-meta-airlock-bucket': bucket,
          'x-amz-meta-airlock-etag': upload.etag,
        },
      },
    });
    expect(copy?.attributes.headers['x-amz-meta-airlock-copy-of']).toMatch(/^[0-9a-f]{64}$/);
    expect(tags).toMatchObject({ owner: 'me', 'scan-status': 'CLEAN' });
    const told = {
      status: 'CLEAN',
      action: 'tag',
      copiedTo: { bucket: DESTINATION[bucket], key, versionId: copy?.versionId },
    };
    expect(messages).toMatchObject([{ body: told }]);
    const ours = events.filter(({ detail }) => (detail as Notification).scanId === result.arn);
    expect(ours).toMatchObject([{ detail: told }]);
    expect(await airlock.tags(upload)).toEqual(tags);
  });

  it.each([
    ['malware', 'eicar.txt', eicar(), 'INFECTED'],
    ['of a refused type', 'setup.exe', windowsExecutable(), 'REJECTED'],
  ])('is copied, and nothing that is %s', async (_, key, content, status) => {
    const { messages } = await airlock.upload(key, content, { bucket });
    expect(messages).toMatchObject([{ body: { status } }]);
    expect(copiesOf(`${prefix}${key}`)).toEqual([]);
  });

  it('that has no room for its tag is not copied: nobody could read it', async () => {
    const Tagging = Array.from({ length: 10 }, (_, tag) => `owner-${tag}=x`).join('&');
    const { result, messages } = await airlock.upload('full.txt', 'all is well', { bucket, Tagging });
    expect(result.states).toEqual(SCANNED);
    expect(messages).toMatchObject([{ body: { status: 'CLEAN', tagged: false } }]);
    expect(messages[0]?.body).not.toHaveProperty('copiedTo');
    expect(copiesOf(`${prefix}full.txt`)).toEqual([]);
  });

  it('whose copy comes last does not take the place of a newer one', async () => {
    const begun = Promise.withResolvers<Awaited<ReturnType<Airlock['upload']>>>();
    airlock.meddleBefore('copy-object', 'twice.txt', async () =>
      begun.resolve(await airlock.upload('twice.txt', 'the newer one', { bucket })),
    );
    const first = await airlock.upload('twice.txt', 'the older one', { bucket });
    const second = await begun.promise;
    expect([first.result.status, second.result.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const copies = copiesOf(`${prefix}twice.txt`);
    expect(copies.map(({ etag }) => etag)).toEqual([second.upload.etag]);
    const [{ body } = {}] = first.messages;
    // Where it was overwritten, the execution goes on with what is there.
    if (bucket === VERSIONED) expect(body).toMatchObject({ status: 'CLEAN', copiedTo: null });
    else expect(body).toMatchObject({ etag: second.upload.etag, copiedTo: { versionId: copies[0]?.versionId } });
  });

  it('that was replaced between the look at it and the copy is not copied', async () => {
    let meddled = false;
    airlock.beforeRequest(async ({ operation, key }) => {
      if (meddled || operation !== 'CopyObject' || key !== `${prefix}swapped.txt`) return;
      meddled = true;
      await airlock.pipeline.s3.seed(bucket, 'swapped.txt', eicar());
    });
    const { result } = await airlock.upload('swapped.txt', 'all is well', { bucket });
    expect(result.status).toBe('SUCCEEDED');
    const copied = bucket === VERSIONED ? 1 : 0;
    expect(copiesOf(`${prefix}swapped.txt`)).toHaveLength(copied);
  });

  it('that is deleted first is reported, and not copied', async () => {
    const begun = Promise.withResolvers<{ versionId: string | undefined }>();
    airlock.meddleBefore('copy-object', 'gone.txt', async () =>
      airlock.delete({ bucket, key: 'gone.txt', ...(await begun.promise) }),
    );
    const upload = await airlock.begin('gone.txt', 'all is well', { bucket });
    begun.resolve({ versionId: upload.versionId });
    const { result, messages } = await airlock.outcome(upload);
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: COPIED });
    expect(messages).toMatchObject([{ body: { status: 'CLEAN', copiedTo: null } }]);
    expect(copiesOf(`${prefix}gone.txt`)).toEqual([]);
  });

  it('is copied once, however often its execution runs', async () => {
    const { upload, result } = await airlock.upload('again.txt', 'all is well', { bucket });
    expect(result.states).toEqual(COPIED);
    const before = copiesOf(`${prefix}again.txt`);
    const again = await airlock.pipeline.start(outputOf('ScanUploadArn'), upload.execution.input).result;
    expect(again).toMatchObject({ status: 'SUCCEEDED', states: COPIED });
    expect(copiesOf(`${prefix}again.txt`)).toEqual(before);
    expect(again.output).toMatchObject({ outcome: { copiedTo: { versionId: before[0]?.versionId } } });
  });

  it('that cannot be copied stays CLEAN, is reported so, fails, and is copied by a redrive', async () => {
    const refuse: Parameters<Airlock['beforeInvocation']>[0] = ({ task }) => {
      if (task === 'copy-object') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    };
    airlock.beforeInvocation(refuse);
    const { upload, result, tags, messages } = await airlock.upload('refused.txt', 'all is well', { bucket });
    const FAILED = ['Copy Object', 'Not Copied', 'Notify Of Failed Copy', 'Action Failed'];
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'AccessDenied',
      states: [...SCANNED.slice(0, -1), ...FAILED],
    });
    expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
    expect(messages).toMatchObject([{ body: { status: 'CLEAN', copiedTo: null } }]);
    airlock.beforeInvocation(undefined);
    const again = await airlock.pipeline.start(outputOf('ScanUploadArn'), upload.execution.input).result;
    expect(again).toMatchObject({ status: 'SUCCEEDED', states: COPIED });
    expect(copiesOf(`${prefix}refused.txt`)).toHaveLength(1);
  });

  it('whose owner has used up all metadata keeps it, and is copied', async () => {
    const Metadata = { notes: 'x'.repeat(2048 - 'notes'.length) };
    const { result } = await airlock.upload('notes.txt', 'all is well', { bucket, Metadata });
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: COPIED });
    const [copy] = copiesOf(`${prefix}notes.txt`);
    expect(copy?.attributes.headers).toMatchObject({ 'x-amz-meta-notes': Metadata.notes });
    expect(Object.keys(copy?.attributes.headers ?? {}).filter((name) => name.includes('airlock'))).toEqual([]);
  });
});

it('an odd key is copied, and one without room for the prefix fails and says why', async () => {
  const odd = await airlock.upload('line\nbreak "q" <detail> %2B', 'all is well');
  expect(odd.result).toMatchObject({ status: 'SUCCEEDED', states: COPIED });
  expect(copiesOf('v/line\nbreak "q" <detail> %2B')).toHaveLength(1);
  const { result, messages } = await airlock.upload('x'.repeat(1024), 'all is well');
  expect(result).toMatchObject({ status: 'FAILED', error: 'CopyRefused' });
  expect(result.cause).toContain('with the prefix v/ the key would have 1026 bytes, S3 accepts 1024');
  expect(messages).toMatchObject([{ body: { status: 'CLEAN', copiedTo: null } }]);
});

it('a bucket without copies has the states and messages that it had', async () => {
  const { result, messages } = await airlock.upload('a.txt', 'all is well', { bucket: 'not-copied' });
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED });
  expect(messages[0]?.body).not.toHaveProperty('copiedTo');
});

describe('the destination', () => {
  const to = { Bucket: CLEAN, Key: 'v/kept.txt' };
  beforeAll(async () => {
    await airlock.upload('kept.txt', 'all is well');
  });

  it.each([OPERATOR, UPLOADER, READER])('is written by nobody else: %s', async (who) => {
    for (const command of [
      new PutObjectCommand({ ...to, Body: 'x' }),
      new PutObjectCommand({ ...to, Key: 'planted', Body: 'x' }),
      new CopyObjectCommand({ ...to, CopySource: `${VERSIONED}/kept.txt` }),
      new PutObjectTaggingCommand({ ...to, Tagging: { TagSet: [{ Key: 'scan-status', Value: 'CLEAN' }] } }),
      new DeleteObjectTaggingCommand(to),
      new DeleteObjectCommand(to),
    ]) {
      await expect(as(who).send(command as PutObjectCommand)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
    expect(copiesOf('v/kept.txt')).toHaveLength(1);
  });

  it('is read by whom the account lets', async () => {
    const { ContentLength } = await as(OPERATOR).send(new GetObjectCommand(to));
    expect(ContentLength).toBe('all is well'.length);
  });

  it('gets nothing from a bucket that is not to be copied there, whatever the input of an execution says', async () => {
    const { upload } = await airlock.upload('mine.txt', 'all is well', { bucket: 'not-copied' });
    const { policy, ...input } = upload.execution.input as { policy: object };
    const onClean = { copyTo: { bucket: CLEAN, prefix: 'v/' } };
    const forged = await airlock.pipeline.start(outputOf('ScanUploadArn'), { ...input, policy: { ...policy, onClean } })
      .result;
    expect(forged).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    const { upload: watched } = await airlock.upload('mine.txt', 'all is well', { bucket: UNVERSIONED });
    const crossed = { ...(watched.execution.input as object), policy: { ...policy, onClean } };
    expect(await airlock.pipeline.start(outputOf('ScanUploadArn'), crossed).result).toMatchObject({
      status: 'FAILED',
      error: 'AccessDenied',
    });
    expect(copiesOf('v/mine.txt')).toEqual([]);
  });

  it('that existed is open until its gate is merged, which doctor says', async () => {
    const { endpoints } = airlock.pipeline;
    const cloudFormation = new CloudFormationClient({
      region: 'us-east-1',
      endpoint: endpoints.cloudFormation,
      credentials: { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'local' },
    });
    const clients = { s3: as(OPERATOR), cloudFormation };
    const stack = airlock.pipeline.stack.name;
    const patient = { clients, stack, deployed: await describeStack(cloudFormation, stack) } as unknown as Patient;
    const [destination] = patient.deployed.destinations().filter(({ bucketName }) => bucketName === EXISTING);
    if (destination === undefined) throw new Error('no destination');
    const examined = async () =>
      (await Promise.all(destinationChecks(patient, destination).map(examine)))
        .flat()
        .map(({ check, level, found }) => [check, level, found]);
    const versioning = ['versioning', 'ok', 'off: a newer copy replaces the one before'];
    expect(await examined()).toEqual([
      versioning,
      ['gate', 'failure', expect.stringContaining('DenyOtherWriters, DenyOtherDeleters')],
    ]);

    const target = { bucket: EXISTING, stack };
    await merge(as(OPERATOR), EXISTING, await planMerge(clients, target));
    expect(await examined()).toEqual([versioning, ['gate', 'ok', 'attached, as deployed']]);
    const planted = new PutObjectCommand({ Bucket: EXISTING, Key: 'planted', Body: 'x' });
    await expect(as(OPERATOR).send(planted)).rejects.toMatchObject({ name: 'AccessDenied' });
    const { result } = await airlock.upload('b.txt', 'all is well', { bucket: 'to-existing' });
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: COPIED });
    expect(result.output).toMatchObject({ outcome: { copiedTo: { bucket: EXISTING, key: 'b.txt', versionId: null } } });
    cloudFormation.destroy();
  });
});

describe('a rescan', () => {
  const rescan = (bucket: string, prefix: string) =>
    airlock.pipeline.start(rescanMachine(airlock.pipeline), { bucket, prefix, strategy: 'all' }).result;
  const summaryOf = async (bucket: string, prefix: string) => {
    const { output } = await rescan(bucket, prefix);
    return output as { changed: number; infected: number; failed: number };
  };

  it.each([VERSIONED, UNVERSIONED])('of %s copies what becomes CLEAN by it, once', async (bucket) => {
    const unscannable = { tags: { 'scan-status': 'UNSCANNABLE', 'scan-finding': 'encrypted' } };
    await airlock.pipeline.s3.seed(bucket, 'first/new.txt', 'all is well');
    await airlock.pipeline.s3.seed(bucket, 'first/before.txt', 'all is well too', unscannable);
    expect(await summaryOf(bucket, 'first/')).toMatchObject({ changed: 2, failed: 0 });
    const names = ['new', 'before'].map((name) => `${PREFIX[bucket]}first/${name}.txt`);
    const copies = () => names.map((name) => copiesOf(name).length);
    expect(copies()).toEqual([1, 1]);
    expect(await summaryOf(bucket, 'first/')).toMatchObject({ changed: 0, failed: 0 });
    expect(copies()).toEqual([1, 1]);
  });

  it('that cannot copy counts the object as failed', async () => {
    await airlock.pipeline.s3.seed(VERSIONED, `late/${'x'.repeat(1019)}`, 'all is well');
    const { status, output, error, cause } = await rescan(VERSIONED, 'late/');
    expect({ status, error, cause }).toEqual({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: '1 of 1 objects failed, 5 % are tolerated',
    });
    expect(output).toBeUndefined();
  });

  it.each([VERSIONED, UNVERSIONED])('of %s that finds malware names the copy of it', async (bucket) => {
    const key = 'moved/bad.txt';
    const CLEAN_BEFORE = { 'scan-status': 'CLEAN', 'scan-time': '2026-11-01T00:00:00.000Z', 'scan-definitions': '1' };
    await airlock.pipeline.s3.seed(bucket, key, eicar(), { tags: CLEAN_BEFORE });
    const { size, etag, versionId } = airlock.pipeline.s3.buckets.get(bucket, key);
    const original = { bucket, key, size, etag, ...(bucket === VERSIONED && { versionId }) };
    // As it was copied when nobody knew.
    const metadata = copyMetadata(
      {
        ...original,
        ...{ lastModified: '', headers: NO_HEADERS, metadata: {}, proofs: {}, cacheControl: undefined },
        ...{ contentLanguage: undefined, expires: undefined, storageClass: undefined, tags: CLEAN_BEFORE },
      },
      { digest: sha256, dialect: dialectNamed('airlock') },
    );
    const headers = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
    const to = `${PREFIX[bucket]}${key}`;
    const copy = await airlock.pipeline.s3.seed(DESTINATION[bucket] ?? '', to, eicar());
    Object.assign(copy.attributes.headers, headers);

    expect(await summaryOf(bucket, 'moved/')).toMatchObject({ changed: 1, infected: 1, failed: 0 });
    const told = events
      .map(({ detail }) => detail as Notification)
      .filter((each) => each.bucket === bucket && each.key === key);
    expect(told).toMatchObject([
      {
        status: 'INFECTED',
        action: 'tag',
        copiedTo: { bucket: DESTINATION[bucket], key: to, versionId: copy.versionId },
      },
    ]);
    expect(copiesOf(to)).toHaveLength(1);
  });
});

/* As permissions.test.ts does for all other roles; the owner may turn versions on and off. */
it('the copying role has nothing that none of this needed', () => {
  const { stack, iam } = airlock.pipeline;
  const excess = rolesOf(stack)
    .filter(({ arn }) => arn.includes('role/CopyObjectRole'))
    .flatMap((role) => unneeded(grantsOf(role), iam.answers()))
    .map(({ action, resource }) => `${action} ${resource.replace('arn:aws:s3:::', '')}`)
    .filter((grant) => !grant.startsWith('logs:') && !grant.includes('to-existing') && !grant.includes(EXISTING));
  expect(excess).toEqual([
    ...['s3:GetObjectVersion', 's3:GetObjectVersionTagging'].map((action) => `${action} ${UNVERSIONED}/*`),
    `s3:ListBucketVersions ${UNVERSIONED}`,
  ]);
});
