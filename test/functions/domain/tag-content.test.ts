import { beforeEach, describe, expect, it } from '@jest/globals';
import { Buckets, type Versioning } from '../../../emulator/s3/buckets.ts';
import { sha256 } from '../../../functions/adapters/process/digest.ts';
import { digestOfHeaders } from '../../../functions/domain/confirmed-verdict.ts';
import { airlock } from '../../../functions/domain/dialects/airlock.ts';
import { guardDuty } from '../../../functions/domain/dialects/guardduty.ts';
import { ObjectUnreadable, StorageUnavailable } from '../../../functions/domain/errors.ts';
import { type EventObject, toObjectReference } from '../../../functions/domain/object-reference.ts';
import { NO_HEADERS } from '../../../functions/domain/ports.ts';
import { tagContent } from '../../../functions/domain/tag-content.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { etagOf, inProcessStore } from '../../support/in-process-store.ts';

const CLEAN: Verdict = {
  status: 'CLEAN',
  finding: null,
  type: 'text/plain',
  definitions: '27000',
  activeContent: [],
  scanTime: '2026-01-01T00:00:00.000Z',
};
const INFECTED: Verdict = { ...CLEAN, status: 'INFECTED', finding: 'Win.Test.EICAR_HDB-1' };
const ERROR: Verdict = { ...CLEAN, status: 'ERROR', finding: 'EngineUnavailable', type: null, definitions: null };
const CLEAN_TAGS = Object.fromEntries(airlock.tags(CLEAN));

let buckets: Buckets<string>;
let calls: string[];
/** What happens just before the n-th call of a name. */
let before: Record<string, () => void>;

beforeEach(() => {
  buckets = new Buckets<string>();
  calls = [];
  before = {};
});

const store = () =>
  inProcessStore(
    buckets,
    async (call) => {
      calls.push(call);
      before[`${call} ${calls.filter((made) => made === call).length}`]?.();
    },
    async () => undefined,
  );

/** As Step Functions decides it from the event's size. */
const EMPTY: Verdict = { ...CLEAN, type: null, definitions: null };
const TOO_LARGE: Verdict = { ...EMPTY, status: 'UNSCANNABLE', finding: 'too-large' };

function put(content: string, tags = {}, headers = {}): EventObject & { 'version-id': string } {
  const stored = buckets.put('uploads', 'report.txt', {
    body: content,
    size: content.length,
    etag: etagOf(content),
    tags,
    attributes: { storageClass: 'STANDARD', headers, customerKeyMd5: undefined },
  });
  const { size, etag, versionId } = stored;
  return { key: 'report.txt', size, etag, 'version-id': versionId };
}

function bucketWith(versioning: Versioning) {
  buckets.createBucket('uploads', { versioning });
}

const tagging = (object: EventObject, verdict: Verdict = CLEAN, dialect = airlock) =>
  tagContent({ store: store(), dialect, digest: sha256 }, toObjectReference('uploads', object), verdict);
const tag = async (...args: Parameters<typeof tagging>) => (await tagging(...args)).tagged;

const tagsOf = (versionId?: string) => buckets.tagged('uploads', 'report.txt', versionId, 'GET').tags;

describe('in a versioned bucket', () => {
  beforeEach(() => bucketWith('enabled'));

  it('tags that version in two calls, and leaves a newer one alone', async () => {
    const object = put('old', { project: 'x' });
    const newer = put('new');
    expect(await tag(object)).toBe(true);
    expect(tagsOf(object['version-id'])).toEqual({ project: 'x', ...CLEAN_TAGS });
    expect(tagsOf(newer['version-id'])).toEqual({});
    expect(calls).toEqual(['readTags', 'writeTags']);
  });

  it('tags a version that a delete marker hides', async () => {
    const object = put('hidden');
    buckets.delete('uploads', 'report.txt');
    await tag(object, INFECTED);
    expect(tagsOf(object['version-id'])).toMatchObject({ 'scan-status': 'INFECTED' });
  });

  it('says ObjectGone when the version was deleted', async () => {
    const object = put('gone');
    buckets.delete('uploads', 'report.txt', object['version-id']);
    await expect(tag(object)).rejects.toMatchObject({ name: 'ObjectGone' });
  });
});

describe.each(['off', 'suspended'] as const)('where versioning is %s', (versioning) => {
  beforeEach(() => bucketWith(versioning));

  it('looks at the content before and after it tags', async () => {
    expect(await tag(put('same', { project: 'x' }))).toBe(true);
    expect(tagsOf()).toEqual({ project: 'x', ...CLEAN_TAGS });
    expect(calls).toEqual(['readTags', 'head', 'writeTags', 'head']);
  });

  it('writes nothing on content that came before it could tag', async () => {
    const object = put('scanned');
    put('replaced', { project: 'new' });
    await expect(tag(object)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(tagsOf()).toEqual({ project: 'new' });
    expect(calls).not.toContain('writeTags');
  });

  it('takes its tag back from content that came while it tagged', async () => {
    const object = put('scanned', { project: 'x' });
    before['writeTags 1'] = () => put('replaced');
    await expect(tag(object)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(tagsOf()).not.toHaveProperty('scan-status');
    expect(calls.filter((call) => call === 'writeTags')).toHaveLength(2);
  });

  it('leaves what another execution has said of the new content meanwhile', async () => {
    const object = put('scanned');
    before['head 2'] = () => {
      put('replaced');
      buckets.setTags('uploads', 'report.txt', Object.fromEntries(airlock.tags(INFECTED)));
    };
    await expect(tag(object)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(tagsOf()).toEqual(Object.fromEntries(airlock.tags(INFECTED)));
  });

  it('takes back what an attempt left behind that failed after its write', async () => {
    const object = put('scanned');
    before['writeTags 1'] = () => put('replaced');
    before['head 2'] = () => {
      throw new StorageUnavailable('scripted');
    };
    await expect(tag(object)).rejects.toMatchObject({ name: 'StorageUnavailable' });
    expect(tagsOf()).toEqual(CLEAN_TAGS);
    before = {};
    await expect(tag(object)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(tagsOf()).toEqual({});
  });

  it('leaves no verdict of ours standing on other content when the execution gives up', async () => {
    const object = put('scanned');
    put('replaced', { project: 'x', ...CLEAN_TAGS });
    await expect(tag(object, ERROR)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(tagsOf()).toEqual({ project: 'x' });
  });

  it('takes other content with the same ETag for other content when its size differs', async () => {
    const object = put('scanned');
    await expect(tag({ ...object, size: object.size + 1 })).rejects.toMatchObject({ name: 'ObjectReplaced' });
  });

  it.each(['readTags 1', 'head 1', 'writeTags 1', 'head 2'])('says ObjectGone when deleted before %s', async (call) => {
    const object = put('gone');
    before[call] = () => buckets.delete('uploads', 'report.txt');
    await expect(tag(object)).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  it('calls content under a customer’s key anything but CLEAN, since nobody can look at it', async () => {
    const object = put('customer key');
    const unreadable = () => {
      throw new ObjectUnreadable('customer-key', 'HeadObject: 400');
    };
    before = { 'head 1': unreadable, 'head 2': unreadable };
    const verdict: Verdict = { ...ERROR, status: 'UNSCANNABLE', finding: 'customer-key' };
    expect(await tag(object, verdict)).toBe(true);

    calls = [];
    await expect(tag(object, CLEAN)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(tagsOf()).not.toMatchObject({ 'scan-status': 'CLEAN' });
  });
});

/** Not part of the ETag: the same bytes are there, and a browser makes something else of them. */
describe.each(['off', 'suspended'] as const)(
  'the same bytes with other headers, where versioning is %s',
  (versioning) => {
    beforeEach(() => bucketWith(versioning));
    const judged = (contentType: string | null) => digestOfHeaders({ ...NO_HEADERS, contentType }, sha256);
    const asText = { 'content-type': 'text/plain' };
    const asPage = { 'content-type': 'text/html' };
    const REJECTED: Verdict = { ...CLEAN, status: 'REJECTED', finding: 'stored-type' };
    const about = (verdict: Verdict): Verdict => ({ ...verdict, headers: judged('text/plain') });

    it.each([CLEAN, REJECTED, INFECTED])(
      'are no other content while the headers are the same: $status',
      async (verdict) => {
        expect(await tag(put('same', {}, asText), about(verdict))).toBe(true);
        expect(tagsOf()).toMatchObject({ 'scan-status': verdict.status });
      },
    );

    it('get no CLEAN of the old headers', async () => {
      const object = put('same', {}, asText);
      put('same', { project: 'x' }, asPage);
      await expect(tag(object, about(CLEAN))).rejects.toMatchObject({ name: 'ObjectReplaced' });
      expect(tagsOf()).toEqual({ project: 'x' });
      expect(calls).not.toContain('writeTags');
    });

    it('lose a CLEAN that was written while they came', async () => {
      const object = put('same', {}, asText);
      before['writeTags 1'] = () => put('same', {}, asPage);
      await expect(tag(object, about(CLEAN))).rejects.toMatchObject({ name: 'ObjectReplaced' });
      expect(tagsOf()).toEqual({});
    });

    it('are refused all the same, and then judged themselves', async () => {
      const object = put('same', {}, asText);
      put('same', CLEAN_TAGS, asPage);
      await expect(tag(object, about(REJECTED))).rejects.toMatchObject({ name: 'ObjectReplaced' });
      expect(tagsOf()).toMatchObject({ 'scan-status': 'REJECTED' });
    });

    it.each([INFECTED, { ...CLEAN, status: 'UNSCANNABLE', finding: 'encrypted' } as const])(
      'are what they are under any headers: $status',
      async (verdict) => {
        const object = put('same', {}, asText);
        put('same', {}, asPage);
        expect(await tag(object, about(verdict))).toBe(true);
        expect(tagsOf()).toMatchObject({ 'scan-status': verdict.status });
      },
    );

    it('are tagged as before by an execution that an older version started', async () => {
      expect(await tag(put('same', {}, asPage), CLEAN)).toBe(true);
    });

    it('lose the CLEAN of an empty object when a redirect came while it was written', async () => {
      const object = put('');
      before['writeTags 1'] = () => put('', {}, { 'x-amz-website-redirect-location': '/elsewhere' });
      await expect(tag(object, EMPTY)).rejects.toMatchObject({ name: 'ObjectReplaced' });
      expect(tagsOf()).toEqual({});
    });
  },
);

describe('the owner’s tags', () => {
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`owner-${index}`, 'x']));

  it('are all kept when there are ten: the object stays unreadable, and untagged', async () => {
    bucketWith('enabled');
    const object = put('full', ten);
    expect(await tag(object)).toBe(false);
    expect(tagsOf(object['version-id'])).toEqual(ten);
    expect(calls).toEqual(['readTags']);
  });

  it('are never overwritten after they could not be read', async () => {
    bucketWith('enabled');
    const object = put('unread', { project: 'x' });
    before['readTags 1'] = () => {
      throw new StorageUnavailable('scripted');
    };
    await expect(tag(object)).rejects.toMatchObject({ name: 'StorageUnavailable' });
    expect(tagsOf(object['version-id'])).toEqual({ project: 'x' });
    expect(calls).toEqual(['readTags']);
  });
});

it('writes nothing when the tags say so already: a retry, or a second delivery', async () => {
  bucketWith('enabled');
  const object = put('twice');
  await tag(object, CLEAN, guardDuty);
  calls = [];
  expect(await tag(object, CLEAN, guardDuty)).toBe(true);
  expect(calls).toEqual(['readTags']);
});

it('replaces the verdict that an uploader has sent along', async () => {
  bucketWith('enabled');
  const object = put('forged', { 'scan-status': 'CLEAN', 'SCAN-STATUS': 'CLEAN', 'scan-note': 'mine' });
  await tag(object, INFECTED);
  expect(tagsOf(object['version-id'])).toEqual({ 'scan-note': 'mine', ...Object.fromEntries(airlock.tags(INFECTED)) });
});

describe.each(['enabled', 'off', 'suspended'] as const)(
  'a verdict that nobody read a byte for, versioning %s',
  (kind) => {
    beforeEach(() => bucketWith(kind));
    const lookups = () => calls.filter((call) => call === 'head').length;

    it.each([
      ['empty', '', EMPTY],
      ['too large', 'large', TOO_LARGE],
    ])('is written once S3 has confirmed it: %s', async (_, content, verdict) => {
      const object = put(content);
      expect(await tagging(object, verdict)).toEqual({ tagged: true, verdict });
      expect(tagsOf(object['version-id'])).toMatchObject({ 'scan-status': verdict.status });
      expect(lookups()).toBe(kind === 'enabled' ? 1 : 2);
    });

    it.each([
      ['empty', 0, EMPTY],
      ['too large', 5_000_000_000, TOO_LARGE],
    ])('is written on nothing that only the event calls %s', async (_, size, verdict) => {
      const object = put('malware', { project: 'x' });
      await expect(tag({ ...object, size }, verdict)).rejects.toMatchObject({ name: 'ObjectReplaced' });
      expect(tagsOf(object['version-id'])).toEqual({ project: 'x' });
    });

    it('is written on no other content of the same size', async () => {
      const object = put('');
      await expect(tag({ ...object, etag: etagOf('other') }, EMPTY)).rejects.toMatchObject({ name: 'ObjectReplaced' });
      expect(tagsOf(object['version-id'])).toEqual({});
    });

    it('is not CLEAN where a website would redirect its visitors', async () => {
      const object = put('', {}, { 'x-amz-website-redirect-location': '/elsewhere' });
      const rejected = { ...EMPTY, status: 'REJECTED', finding: 'website-redirect' };
      expect(await tagging(object, EMPTY)).toEqual({ tagged: true, verdict: rejected });
      expect(tagsOf(object['version-id'])).toMatchObject({
        'scan-status': 'REJECTED',
        'scan-finding': 'website-redirect',
      });
      expect(lookups()).toBe(kind === 'enabled' ? 1 : 2);
    });

    it('is UNSCANNABLE under a customer’s key, where S3 tells nothing', async () => {
      const object = put('');
      const unreadable = () => {
        throw new ObjectUnreadable('customer-key', 'HeadObject: 400');
      };
      before = { 'head 1': unreadable, 'head 2': unreadable };
      expect((await tagging(object, EMPTY)).verdict).toMatchObject({ status: 'UNSCANNABLE', finding: 'customer-key' });
      expect(tagsOf(object['version-id'])).toMatchObject({ 'scan-status': 'UNSCANNABLE' });
    });
  },
);

it('leaves the verdict of a version alone that a false event names', async () => {
  bucketWith('enabled');
  const object = put('scanned');
  await tag(object, INFECTED);
  await expect(tag({ ...object, size: 0 }, EMPTY)).rejects.toMatchObject({ name: 'ObjectReplaced' });
  expect(tagsOf(object['version-id'])).toMatchObject({ 'scan-status': 'INFECTED' });
});

it('asks once more when an answer denies what a version holds, which never changes', async () => {
  bucketWith('enabled');
  const object = put('x'.repeat(100));
  put('newer');
  const real = store();
  let asked = 0;
  const once: typeof real.head = async (reference) => {
    asked += 1;
    const head = await real.head(reference);
    return asked === 1 ? { ...head, etag: 'wrong' } : head;
  };
  const reference = toObjectReference('uploads', object);
  const ports = { store: { ...real, head: once }, dialect: airlock, digest: sha256 };
  expect(await tagContent(ports, reference, TOO_LARGE)).toEqual({ tagged: true, verdict: TOO_LARGE });
  const always = {
    ...ports,
    store: { ...real, head: async () => ({ ...(await real.head(reference)), etag: 'wrong' }) },
  };
  await expect(tagContent(always, reference, TOO_LARGE)).rejects.toThrow('does not hold 100 bytes');
});
