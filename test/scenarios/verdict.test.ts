import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  eicar,
  eicarInNestedZip,
  encryptedZip,
  nestedZip,
  pdf,
  shellScript,
  windowsExecutable,
  zip,
} from '../../local/samples.ts';
import { READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, MAX_OBJECT_BYTES, REJECTED, SCANNED, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/** Every ending with a verdict: the states visited, the tags, the notifications. */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start();
});
afterEach(() => {
  expect(airlock.temporaryFiles()).toEqual([]);
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const customersKey = Buffer.alloc(32, 7);
const SSE_C = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: customersKey.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(customersKey).digest('base64'),
};

describe.each([VERSIONED, UNVERSIONED])('an upload to %s', (bucket) => {
  it.each([
    ['clean', 'report.pdf', pdf(), {}, 'CLEAN', null, SCANNED],
    [
      'clean when empty',
      'empty.pdf',
      '',
      {},
      'CLEAN',
      null,
      ['Check File Type', 'Scan Needed', 'Empty', 'Tag Object', 'Notify'],
    ],
    ['infected', 'eicar.txt', eicar(), {}, 'INFECTED', /eicar/i, SCANNED],
    ['infected in a zip in a zip', 'zip.zip', eicarInNestedZip, {}, 'INFECTED', /eicar/i, SCANNED],
    ['rejected by type', 'script.txt', shellScript(), {}, 'REJECTED', /^type:/, REJECTED],
    ['rejected by extension', 'setup.pdf', windowsExecutable(), {}, 'REJECTED', /^type:/, REJECTED],
    [
      'too large',
      'large.txt',
      Buffer.alloc(MAX_OBJECT_BYTES + 1, 'a'),
      {},
      'UNSCANNABLE',
      /^too-large$/,
      ['Check File Type', 'Scan Needed', 'Too Large', 'Tag Object', 'Notify'],
    ],
    ['unscannable: encrypted', 'secret.zip', encryptedZip(), {}, 'UNSCANNABLE', /^encrypted$/, SCANNED],
    [
      'unscannable: over the limits',
      'deep.zip',
      () => nestedZip(40, pdf()),
      {},
      'UNSCANNABLE',
      /^limits-exceeded:depth$/,
      SCANNED,
    ],
    ['unscannable: archived', 'old.txt', 'x', { StorageClass: 'GLACIER' }, 'UNSCANNABLE', /^archived$/, REJECTED],
    ['unscannable: customer key', 'own.txt', 'x', SSE_C, 'UNSCANNABLE', /^customer-key$/, REJECTED],
  ] as const)('is %s', async (_, key, content, put, status, finding, states) => {
    const body = typeof content === 'function' ? await content() : content;
    const { result, tags, messages, events, upload } = await airlock.upload(key, body, { bucket, ...put });

    expect(result).toMatchObject({ status: 'SUCCEEDED', states, retries: {} });
    expect(tags).toMatchObject({ 'scan-status': status });
    expect(messages).toHaveLength(1);
    const said = messages[0]?.body;
    expect(said).toMatchObject({
      bucket,
      key,
      status,
      etag: upload.etag,
      size: body.length,
      tagged: true,
      action: 'tag',
    });
    expect(said?.version).toBe(upload.versionId ?? null);
    if (finding === null) expect(said?.finding).toBeNull();
    else expect(said?.finding).toMatch(finding);
    expect(tags?.['scan-finding']).toBe(said?.finding ?? undefined);
    expect(messages[0]?.attributes).toEqual({
      duplicateId: expect.stringMatching(/^[0-9a-f]{64}$/),
      bucket,
      key,
      status,
      ...(upload.versionId !== undefined && { version: upload.versionId }),
      ...(said?.finding && { finding: said.finding }),
    });
    expect(events).toEqual([expect.objectContaining({ 'detail-type': 'Object Scan Completed', detail: said })]);
  });
});

it('the engine’s finding wins over an encrypted neighbour', async () => {
  const content = await zip({ 'a.zip': encryptedZip(), 'b.txt': eicar() });
  expect((await airlock.upload('both.zip', content)).tags).toMatchObject({ 'scan-status': 'INFECTED' });
});

it('a person’s client, and so their connections, are the same however often one asks', () => {
  const { client } = airlock.pipeline;
  expect(client(UPLOADER)).toBe(client(UPLOADER));
  expect(client(READER)).not.toBe(client(UPLOADER));
});

describe('an owner with tags of his own', () => {
  const owners = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`owner-${n}`, `${n}`]));
  const Tagging = (count: number) => new URLSearchParams(owners(count)).toString();

  it('keeps them beside ours', async () => {
    const { tags } = await airlock.upload('tagged.pdf', pdf(), { Tagging: Tagging(6) });
    expect(tags).toEqual({
      ...owners(6),
      'scan-status': 'CLEAN',
      'scan-time': expect.any(String),
      'scan-definitions': expect.stringMatching(/^test-[0-9a-f]{8}$/),
    });
  });

  it('keeps nine and gets the status alone', async () => {
    const { tags } = await airlock.upload('tagged.pdf', pdf(), { Tagging: Tagging(9) });
    expect(tags).toEqual({ ...owners(9), 'scan-status': 'CLEAN' });
  });

  it('keeps ten, and everybody is notified that the object is untagged', async () => {
    const { result, tags, messages, events } = await airlock.upload('tagged.pdf', pdf(), { Tagging: Tagging(10) });
    expect(result.states).toEqual(SCANNED);
    expect(tags).toEqual(owners(10));
    expect(messages.map(({ body }) => body)).toMatchObject([{ status: 'CLEAN', tagged: false, action: 'none' }]);
    expect(events).toMatchObject([{ detail: { status: 'CLEAN', tagged: false, action: 'none' } }]);
  });
});
