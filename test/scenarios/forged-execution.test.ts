import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { eicar, pdf } from '../../local/samples.ts';
import { OPERATOR, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, MAX_OBJECT_BYTES, SCANNED, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/*
 * Whoever may start an execution chooses its input, the object's size and ETag too. None of it becomes a verdict that
 * S3 did not confirm: the pipeline starts over with what is there. And what the confirmation costs.
 */
let airlock: Airlock;
let started: Execution | undefined;
const opened: SFNClient[] = [];
beforeAll(async () => {
  airlock = await Airlock.start({
    onExecution: (execution) => {
      started = execution;
    },
  });
});
afterEach(() => {
  airlock.beforeRequest(undefined);
  expect(airlock.temporaryFiles()).toEqual([]);
});
afterAll(async () => {
  for (const client of opened) client.destroy();
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

interface Forged {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly 'version-id'?: string;
}

const MD5_OF_NOTHING = 'd41d8cd98f00b204e9800998ecf8427e';
const POLICY = { maxObjectBytes: MAX_OBJECT_BYTES, allowedTypes: ['*'], onInfected: 'tag' };

/** Over HTTP, as `npm run local` answers. */
async function startExecution(principal: string, bucket: string, object: Forged) {
  const credentials = { accessKeyId: accessKeyIdOf(principal), secretAccessKey: 'any' };
  const endpoint = airlock.pipeline.endpoints.stepFunctions;
  const client = new SFNClient({ region: 'us-east-1', credentials, endpoint });
  opened.push(client);
  const [{ arn = '' } = {}] = airlock.pipeline.stack
    .ofType('AWS::StepFunctions::StateMachine')
    .filter(({ logicalId }) => logicalId.startsWith('ScanUpload'));
  const input = JSON.stringify({ detail: { bucket: { name: bucket }, object }, policy: POLICY });
  started = undefined;
  await client.send(new StartExecutionCommand({ stateMachineArn: arn, input }));
  const result = await (started as Execution | undefined)?.result;
  if (result === undefined) throw new Error('no execution was started');
  return { result, ...airlock.toldBy(result.arn) };
}

describe.each([VERSIONED, UNVERSIONED])('an execution that somebody made up for malware in %s', (bucket) => {
  it.each<[string, (object: Forged) => Partial<Forged>, string]>([
    ['as if it were empty', () => ({ size: 0 }), 'Tag Object'],
    ['as if it were empty, with the ETag of nothing', () => ({ size: 0, etag: MD5_OF_NOTHING }), 'Tag Object'],
    ['as if it were too large', () => ({ size: MAX_OBJECT_BYTES + 1 }), 'Tag Object'],
    ['of its beginning alone', () => ({ size: 5 }), 'Check File Type'],
    ['of more than there is', ({ size }) => ({ size: size + 1 }), 'Check File Type'],
    ['of other content', () => ({ etag: MD5_OF_NOTHING }), 'Check File Type'],
  ])('%s scans what is there', async (name, forge, noticedBy) => {
    const key = `${name}.txt`;
    const { upload, tags } = await airlock.upload(key, eicar(), { bucket });
    expect(tags).toMatchObject({ 'scan-status': 'INFECTED' });
    const truth: Forged = {
      key,
      size: eicar().length,
      etag: upload.etag,
      ...(upload.versionId !== undefined && { 'version-id': upload.versionId }),
    };
    const seen = new Set<string | undefined>();
    const { buckets } = airlock.pipeline.s3;
    airlock.beforeRequest(() => void seen.add(buckets.get(bucket, key, upload.versionId).tags['scan-status']));

    const { result, messages } = await startExecution(OPERATOR, bucket, { ...truth, ...forge(truth) });

    expect(result).toMatchObject({ status: 'SUCCEEDED', retries: {} });
    const at = result.states.indexOf('Find Current Object');
    expect(result.states[at - 1]).toBe(noticedBy);
    // Its policy does not say how long to wait.
    const unset = noticedBy === 'Check File Type' ? ['Set Wait', 'Scan Needed'] : [];
    expect(result.states.slice(at + 1)).toEqual(SCANNED.toSpliced(2, 0, ...unset));
    expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'INFECTED' });
    expect([...seen]).toEqual(['INFECTED']);
    expect(messages).toMatchObject([{ body: { status: 'INFECTED', etag: upload.etag, size: truth.size } }]);
  });

  it('is not started by an uploader', async () => {
    const forged = startExecution(UPLOADER, bucket, { key: 'k', size: 0, etag: MD5_OF_NOTHING });
    await expect(forged).rejects.toThrow(/not authorized/);
  });
});

it('an execution that calls an old, infected version empty leaves that version as it is', async () => {
  const { upload } = await airlock.upload('old.txt', eicar());
  const newer = await airlock.upload('old.txt', 'all is well');
  const forged = { key: 'old.txt', size: 0, etag: upload.etag, 'version-id': upload.versionId ?? '' };
  const { messages } = await startExecution(OPERATOR, VERSIONED, forged);
  expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'INFECTED' });
  expect(messages).toMatchObject([{ body: { status: 'CLEAN', version: newer.upload.versionId } }]);
});

describe.each([VERSIONED, UNVERSIONED])('an empty object with a redirect in %s', (bucket) => {
  it('is REJECTED, and everybody is told so', async () => {
    const { result, tags, messages, events } = await airlock.upload('moved.html', '', {
      bucket,
      WebsiteRedirectLocation: 'https://example.com/',
    });
    expect(result.states).toEqual(['Check File Type', 'Scan Needed', 'Empty', 'Tag Object', 'Notify']);
    expect(tags).toMatchObject({ 'scan-status': 'REJECTED', 'scan-finding': 'website-redirect' });
    const told = { status: 'REJECTED', finding: 'website-redirect', tagged: true };
    expect(messages).toMatchObject([{ body: told, attributes: { status: 'REJECTED' } }]);
    expect(events).toMatchObject([{ detail: told }]);
  });
});

describe('what a verdict costs in requests of S3', () => {
  const SCAN = { GetObject: 2, GetObjectTagging: 1, PutObjectTagging: 1 };
  const UNREAD = { GetObjectTagging: 1, PutObjectTagging: 1 };
  it.each<[string, string, string | Buffer, object]>([
    ['scanned, a version', VERSIONED, pdf(), SCAN],
    ['scanned, without versions', UNVERSIONED, pdf(), { ...SCAN, HeadObject: 2 }],
    ['empty, a version', VERSIONED, '', { ...UNREAD, HeadObject: 1 }],
    ['empty, without versions', UNVERSIONED, '', { ...UNREAD, HeadObject: 2 }],
    ['too large, a version', VERSIONED, Buffer.alloc(MAX_OBJECT_BYTES + 1), { ...UNREAD, HeadObject: 1 }],
    ['too large, without versions', UNVERSIONED, Buffer.alloc(MAX_OBJECT_BYTES + 1), { ...UNREAD, HeadObject: 2 }],
  ])('%s', async (_, bucket, content, expected) => {
    const { requests } = airlock.pipeline.s3;
    requests.reset();
    const upload = await airlock.begin('counted.pdf', content, { bucket });
    await upload.execution.result;
    const { PutObject: _own, ...made } = requests.all();
    expect(made).toEqual(expected);
  });
});
