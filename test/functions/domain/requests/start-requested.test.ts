import { beforeEach, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../../functions/adapters/process/digest.ts';
import { AccessDenied, InvalidInput, StartRefused, StorageUnavailable } from '../../../../functions/domain/errors.ts';
import type { RequestedContent } from '../../../../functions/domain/requests/ports.ts';
import { type RequestPorts, startRequested } from '../../../../functions/domain/requests/start-requested.ts';

/** By bucket, key and version, the current version without one. */
let stored: Map<string, RequestedContent>;
let started: { name: string; input: object }[];
let refused: { message: string; reason: string }[];
let fault: ((what: string) => Error | undefined) | undefined;

const lastModified = new Date('2026-01-01T00:00:00Z');
const content = (key: string, etag = 'e1'): RequestedContent => ({ object: { key, size: 3, etag }, lastModified });

beforeEach(() => {
  stored = new Map([
    ['uploads/a b', content('a b')],
    ['uploads/a+b%', content('a+b%')],
    ['uploads/k', content('k')],
    ['uploads/k?v0', { object: { ...content('k', 'e0').object, 'version-id': 'v0' }, lastModified }],
  ]);
  started = [];
  refused = [];
  fault = undefined;
});

const check = (what: string) => {
  const thrown = fault?.(what);
  if (thrown !== undefined) throw thrown;
};
const ports: RequestPorts = {
  deployed: {
    async ofBucket(bucket) {
      if (bucket !== 'uploads') throw new InvalidInput(`bucket: the stack does not watch this one ("${bucket}")`);
      return (object) => ({ detail: { bucket: { name: bucket }, object }, policy: {} });
    },
  },
  objects: {
    async find(bucket, key, versionId) {
      check(key);
      return stored.get(`${bucket}/${key}${versionId === undefined ? '' : `?${versionId}`}`);
    },
  },
  executions: {
    async start(name, input) {
      check('start');
      started.push({ name, input });
    },
  },
  refused: {
    async send(message, reason) {
      refused.push({ message, reason });
    },
  },
  digest: sha256,
};

const from = (message: unknown, Timestamp = '2026-11-26T12:30:00.000Z') =>
  JSON.stringify({ Type: 'Notification', Timestamp, Message: JSON.stringify(message) });
const records = (...keys: string[]) => ({
  Records: keys.map((key) => ({ s3: { bucket: { name: 'uploads' }, object: { key } } })),
});
const keysStarted = () =>
  started.map(({ input }) => (input as { detail: { object: { key: string } } }).detail.object.key).sort();

describe('for each object that a message names', () => {
  it('starts an execution with what the bucket holds and what is deployed', async () => {
    expect(await startRequested(from({ bucket: 'uploads', key: 'k' }), ports)).toEqual({
      started: 1,
      missing: [],
      refused: [],
    });
    expect(started).toEqual([
      {
        name: expect.stringMatching(/^requested-[0-9a-f]{40}$/),
        input: { detail: { bucket: { name: 'uploads' }, object: content('k').object }, policy: {} },
      },
    ]);
  });

  it('takes the version that is named', async () => {
    await startRequested(from({ bucket: 'uploads', key: 'k', version: 'v0' }), ports);
    expect(started[0]?.input).toMatchObject({ detail: { object: { etag: 'e0', 'version-id': 'v0' } } });
  });

  it('starts as many as there are records, each once', async () => {
    await startRequested(from(records('a+b', 'k', 'k')), ports);
    expect(keysStarted()).toEqual(['a b', 'k']);
  });

  it('takes a key as it is where nothing has the decoded one', async () => {
    await startRequested(from(records('a+b%')), ports);
    stored.delete('uploads/a b');
    stored.set('uploads/a+b', content('a+b'));
    await startRequested(from(records('a+b')), ports);
    expect(keysStarted()).toEqual(['a+b', 'a+b%']);
  });

  it('starts nothing where nothing is, and says so', async () => {
    const { missing } = await startRequested(from(records('deleted', 'k')), ports);
    expect(missing.map(({ keys }) => keys)).toEqual([['deleted']]);
    expect([keysStarted(), refused]).toEqual([['k'], []]);
  });
});

describe('the name of an execution', () => {
  const nameOf = async (timestamp: string) => {
    await startRequested(from({ bucket: 'uploads', key: 'k' }, timestamp), ports);
    return started.at(-1)?.name;
  };

  it('is the same for a request that is repeated within the hour, and another later', async () => {
    const name = await nameOf('2026-11-26T12:30:00.000Z');
    expect(await nameOf('2026-11-26T12:59:59.999Z')).toBe(name);
    expect(await nameOf('2026-11-26T13:00:00.000Z')).not.toBe(name);
  });

  it('is another for other content', async () => {
    const name = await nameOf('2026-11-26T12:30:00.000Z');
    for (const other of [content('k', 'e2'), { ...content('k'), lastModified: new Date() }]) {
      stored.set('uploads/k', other);
      expect(await nameOf('2026-11-26T12:30:00.000Z')).not.toBe(name);
    }
  });
});

describe('what cannot be carried out', () => {
  it('goes to the dead-letter queue as it came, with the reason', async () => {
    const body = from('scan everything');
    expect(await startRequested(body, ports)).toMatchObject({ started: 0, refused: [{ sent: undefined }] });
    expect(refused).toEqual([{ message: body, reason: expect.stringMatching(/^InvalidInput: payload: /) }]);
  });

  it('leaves the rest of its message alone, and may be published again', async () => {
    fault = (what) => (what === 'a b' ? new AccessDenied('ListObjectVersions: AccessDenied') : undefined);
    const foreign = { s3: { bucket: { name: 'foreign' }, object: { key: 'x' } } };
    const { Records } = records('a+b', 'k');
    await startRequested(from({ Records: [...Records, foreign] }), ports);
    expect(keysStarted()).toEqual(['k']);
    expect(refused.map(({ message }) => JSON.parse(message))).toEqual([{ Records: [Records[0], foreign] }]);
    expect(refused[0]?.reason).toBe(
      '2 reasons: AccessDenied: ListObjectVersions: AccessDenied; InvalidInput: bucket: the stack does not watch this one ("foreign")',
    );
  });

  it('one object by name goes as it was sent', async () => {
    const sent = { bucket: 'foreign', key: 'x' };
    await startRequested(from(sent), ports);
    expect(JSON.parse(refused[0]?.message ?? '')).toEqual(sent);
  });
});

it.each([new StartRefused('Step Functions: ThrottlingException'), new StorageUnavailable('S3: SlowDown'), new Error()])(
  'throws what may be tried again: %s',
  async (passing) => {
    fault = () => passing;
    await expect(startRequested(from(records('k', 'a+b')), ports)).rejects.toBe(passing);
    expect(refused).toEqual([]);
  },
);
