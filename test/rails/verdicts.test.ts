import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples/eicar.ts';
import { pdf, png, text } from '../../local/samples/plain-files.ts';
import { windowsExecutable } from '../../local/samples/refused-files.ts';
import { encryptedZip } from '../../local/samples/zip-files.ts';
import { leftovers, objectOf } from '../support/airlock.ts';
import type { Received, Subscriber } from '../support/sns-subscriber.ts';
import type { RailsApplication } from './application.ts';
import { type Uploaded, uploadDirectly } from './direct-upload.ts';
import { type Stack, startStack } from './stack.ts';

let stack: Stack;
let app: RailsApplication;
let listener: Subscriber;

beforeAll(async () => {
  stack = await startStack();
  ({ app, listener } = stack);
  await app.migrate();
  await app.start();
});
afterEach(() => stack.airlock.beforeInvocation(undefined));
afterAll(async () => {
  await stack.close();
  expect(await leftovers()).toEqual([]);
});

const statusOf = ({ key }: Uploaded) => app.rows('SELECT scan_status FROM active_storage_blobs WHERE key = ?', key)[0];
const scansOf = ({ key }: Uploaded) => app.rows('SELECT status, finding FROM scans WHERE key = ?', key);
const shows = (status: string) => new RegExp(`data-status="${status}"`);
/** What a browser gets that follows Rails' redirect to S3. */
const readBlob = async (key: string) => {
  const [{ id } = {}] = app.rows('SELECT id FROM active_storage_blobs WHERE key = ?', key);
  const code = `warn Rails.application.routes.url_helpers.rails_blob_path(ActiveStorage::Blob.find(${id}), only_path: true)`;
  return app.fetch(await app.runner(code));
};

/** Keeps scans waiting until `release`, and names the keys that wait. */
function holdScans(): { readonly waiting: string[]; release(): void } {
  const released = Promise.withResolvers<void>();
  const waiting: string[] = [];
  stack.airlock.beforeInvocation(async ({ task, payload }) => {
    if (task !== 'scan-object') return;
    waiting.push(objectOf(payload)?.key ?? (payload as { key: string }).key);
    await released.promise;
  });
  return { waiting, release: () => released.resolve() };
}

it('confirms the subscription by itself', async () => {
  await stack.subscribe(`${app.origin}/scan_notification`);
  const [confirmed] = await app.until(stack.subscriptions, ([arn]) => /^arn:/.test(arn ?? ''));
  expect(confirmed).toMatch(`${stack.topicArn}:`);
});

it('shows a clean file and hides an infected one, each by one signed message', async () => {
  const clean = await uploadDirectly(app, { name: 'notes.txt', type: 'text/plain', content: text() });
  const infected = await uploadDirectly(app, { name: 'eicar.txt', type: 'text/plain', content: eicar() });
  const page = await app.page(clean.path, shows('clean'));
  await app.page(infected.path, shows('infected'));

  const [, link = ''] = /<a href="([^"]+)"/.exec(page) ?? [];
  expect(await (await app.fetch(link)).text()).toBe(text().toString());
  expect((await readBlob(infected.key)).status).toBe(403);
  expect([statusOf(clean), statusOf(infected)]).toEqual([{ scan_status: 'clean' }, { scan_status: 'infected' }]);
  expect([scansOf(clean), scansOf(infected)]).toEqual([
    [{ status: 'clean', finding: null }],
    [{ status: 'infected', finding: expect.stringMatching(/eicar/i) }],
  ]);
});

it.each([
  ['rejected', /not accepted/, { name: 'setup.pdf', type: 'application/pdf', content: windowsExecutable() }],
  ['unscannable', /without a password/, { name: 'a.zip', type: 'application/zip', content: encryptedZip() }],
])('says what to do with a file that is %s', async (status, advice, file) => {
  const uploaded = await uploadDirectly(app, file);
  expect(await app.page(uploaded.path, shows(status))).toMatch(advice);
});

it('says so when the scan has failed, and forgets it when the scan is repeated', async () => {
  stack.airlock.beforeInvocation(({ task }) => {
    if (task === 'scan-object') throw Object.assign(new Error('scripted'), { name: 'Unexpected' });
  });
  const uploaded = await uploadDirectly(app, { name: 'again.txt', type: 'text/plain', content: text() });
  expect(await app.page(uploaded.path, shows('error'))).toMatch('has failed');
  stack.airlock.beforeInvocation(undefined);
  const [{ scan_id } = {}] = app.rows('SELECT scan_id FROM scans WHERE key = ?', uploaded.key);
  await stack.startAgain(String(scan_id));
  await app.page(uploaded.path, shows('clean'));
});

it('shows a picture only after the scan of that picture', async () => {
  const first = holdScans();
  const uploaded = await uploadDirectly(app, { name: 'photo.png', type: 'image/png', content: png() });
  expect(await app.page(uploaded.path, /./)).toMatch(shows('pending'));
  expect((await readBlob(uploaded.key)).status).toBe(403);
  await app.until(
    () => first.waiting,
    (keys) => keys.includes(uploaded.key),
  );

  const second = holdScans();
  first.release();
  const [variant = ''] = await app.until(
    () => second.waiting,
    (keys) => keys.length > 0,
  );
  expect(variant).not.toBe(uploaded.key);
  expect((await readBlob(variant)).status).toBe(403);
  expect(await app.page(uploaded.path, shows('clean'))).toMatch('not ready yet');

  second.release();
  const [, source = ''] = /<img [^>]*src="([^"]+)"/.exec(await app.page(uploaded.path, /<img/)) ?? [];
  const picture = await app.fetch(source);
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  await picture.arrayBuffer();
});

it('shows the preview of a PDF after the scans of its preview image and of the variant of that', async () => {
  const { path } = await uploadDirectly(app, { name: 'paper.pdf', type: 'application/pdf', content: pdf() });
  const [, source = ''] = /<img [^>]*src="([^"]+)"/.exec(await app.page(path, /<img/)) ?? [];
  const picture = await app.fetch(source);
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  await picture.arrayBuffer();
});

it('analyzes a blob once it is clean', async () => {
  const analyzed = () => app.rows(`SELECT metadata FROM active_storage_blobs WHERE filename = 'photo.png'`)[0];
  expect(await app.until(analyzed, (found) => /"analyzed":true/.test(String(found?.metadata)))).toMatchObject({
    metadata: expect.stringContaining('"width":1'),
  });
});

describe('messages', () => {
  const post = async (body: string) =>
    (await app.fetch('/scan_notification', { method: 'POST', headers: { 'content-type': 'text/plain' }, body })).status;
  let uploaded: Uploaded;
  let real: Received;

  beforeAll(async () => {
    const before = listener.received.length;
    uploaded = await uploadDirectly(app, { name: 'heard.txt', type: 'text/plain', content: text() });
    await listener.count(before + 1);
    real = listener.received[before] as Received;
    await app.page(uploaded.path, shows('clean'));
  });

  it('that come again change nothing', async () => {
    const jobs = () => app.log.match(/Performed AfterScanJob/g)?.length ?? 0;
    const before = jobs();
    expect(await post(real.body)).toBe(204);
    expect(scansOf(uploaded)).toHaveLength(1);
    // But start again what may have been lost with the first.
    await app.until(jobs, (count) => count > before);
  });

  it.each([
    ['changed', { Message: '{}' }],
    ['without a signature', { Signature: '' }],
    ['of another version', { SignatureVersion: '3' }],
    ['with a certificate from elsewhere', { SigningCertURL: 'https://sns.us-east-1.amazonaws.com.example.com/a.pem' }],
    ['with a certificate by http', { SigningCertURL: 'http://sns.us-east-1.amazonaws.com/a.pem' }],
    ['of another topic', { TopicArn: 'arn:aws:sns:us-east-1:111122223333:mine' }],
    ['that name no address', { SigningCertURL: '::' }],
  ])('%s are refused', async (_, change) => {
    expect(await post(JSON.stringify({ ...real.content, ...change }))).toBe(403);
  });

  it.each(['', '[]', 'null', 'no JSON', '{}'])('that are none are refused: %j', async (body) => {
    expect(await post(body)).toBe(403);
  });

  it('that SNS has signed for another topic are refused, and that topic is not confirmed', async () => {
    const before = listener.received.length;
    await stack.subscribe(listener.endpoint, stack.topicNamed('Alarms'));
    await listener.count(before + 1);
    const { body, content } = listener.received.at(-1) as Received;
    expect(content).toMatchObject({ Type: 'SubscriptionConfirmation', TopicArn: stack.topicNamed('Alarms') });
    expect(await post(body)).toBe(403);
  });

  const about = (said: object) => JSON.stringify({ key: uploaded.key, tagged: true, finding: null, ...said });

  it('that a later scan has overtaken are kept, and change no status', async () => {
    stack.publish(about({ scanId: 'older', status: 'ERROR', scanTime: '2026-01-01T00:00:00.000Z' }));
    await app.until(
      () => scansOf(uploaded).length,
      (count) => count === 2,
    );
    expect(statusOf(uploaded)).toEqual({ scan_status: 'clean' });
  });

  it('about something else than an object are passed over', async () => {
    for (const message of ['{"listed":3,"due":1}', 'not for you', '[1]']) stack.publish(message);
    stack.publish(about({ scanId: 'next', status: 'CLEAN', scanTime: new Date().toISOString() }));
    await app.until(
      () => scansOf(uploaded).length,
      (count) => count === 3,
    );
    expect(app.log).not.toMatch(/ 500 Internal/);
  });

  it('about an object that carries no tags say that nobody can read it', async () => {
    stack.publish(about({ scanId: 'full', status: 'CLEAN', tagged: false, scanTime: new Date().toISOString() }));
    await app.page(uploaded.path, shows('unreadable'));
  });

  it('in the dialect s3-virusscan are understood', async () => {
    for (const [said, status] of [
      ['clean', 'clean'],
      ['no', 'unreadable'],
      ['infected', 'infected'],
    ] as const) {
      stack.publish(`s3://uploads/${uploaded.key} v1 is ${said}, no action executed`);
      await app.page(uploaded.path, shows(status));
    }
  });

  it('signed by SHA-256 are verified', async () => {
    await stack.signBySha256();
    const before = scansOf(uploaded).length;
    stack.publish(`s3://uploads/${uploaded.key}  is clean, no action executed`);
    await app.until(
      () => scansOf(uploaded).length,
      (count) => count === before + 1,
    );
    expect(listener.received.at(-1)?.content.SignatureVersion).toBe('2');
  });
});
