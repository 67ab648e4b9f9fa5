import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInput } from '../../../../functions/domain/errors.ts';
import { readRequestMessage, requestsIn } from '../../../../functions/domain/requests/request-message.ts';

const record = (object: object, eventName?: string) => ({ eventName, s3: { bucket: { name: 'uploads' }, object } });
const event = (...Records: object[]) => JSON.stringify({ Records });
/** As S3 writes it. */
const encoded = (key: string) => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

describe('an event of S3', () => {
  it('asks for each of its records, whatever else they say', () => {
    const complete = {
      eventVersion: '2.1',
      ...record({ key: 'a+b', versionId: 'v1', eTag: 'forged', size: 1, sequencer: '1' }, 'ObjectCreated:Put'),
      awsRegion: 'us-east-1',
    };
    expect(requestsIn(event(complete, record({ key: 'c' })))).toEqual([
      { bucket: 'uploads', keys: ['a b', 'a+b'], versionId: 'v1', sent: { Records: [complete] } },
      { bucket: 'uploads', keys: ['c'], sent: { Records: [record({ key: 'c' })] } },
    ]);
  });

  it('may have no record', () => expect(requestsIn(event())).toEqual([]));

  it.each([
    ['s3:ObjectCreated:CompleteMultipartUpload', 1],
    ['ObjectCreated:Copy', 1],
    ['ObjectRemoved:Delete', 0],
    ['s3:ObjectRestore:Completed', 0],
    ['ObjectTagging:Put', 0],
  ])('named %s asks for %i', (eventName, count) => {
    expect(requestsIn(event(record({ key: 'k' }, eventName)))).toHaveLength(count);
  });

  it('names any key as S3 encodes it, or as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (key) => {
        const [asS3] = requestsIn(event(record({ key: encoded(key) })));
        expect(asS3?.keys[0]).toBe(key);
        const [asItIs] = requestsIn(event(record({ key })));
        expect(asItIs?.keys).toContain(key);
      }),
    );
  });

  it('is a test when S3 sends one, and asks for nothing', () => {
    expect(requestsIn(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'uploads' }))).toEqual([]);
  });
});

it('one object is named by bucket, key and version', () => {
  const named = { bucket: 'uploads', key: 'a+b%20c', version: 'v' };
  expect(requestsIn(JSON.stringify(named))).toEqual([
    { bucket: 'uploads', keys: ['a+b%20c'], versionId: 'v', sent: named },
  ]);
});

it.each([
  ['scan everything', 'the message is not JSON: "scan everything"'],
  ['null', 'payload: '],
  ['[]', 'payload: '],
  ['{"bucket":"uploads"}', 'key: '],
  ['{"bucket":"uploads","key":""}', 'key: '],
  ['{"bucket":"uploads","key":"k","versionId":"v"}', 'payload: Unrecognized key: "versionId" (["v"])'],
  ['{"Records":{}}', 'Records: '],
  ['{"Records":[{"s3":{"bucket":{"name":"uploads"},"object":{}}}]}', 'Records.0.s3.object.key: '],
  ['{"Records":[{"eventSource":"aws:sqs","body":"{}"}]}', 'Records.0.s3: '],
])('refuses %s, and says why', (message, reason) => {
  const fault = thrownBy(() => requestsIn(message));
  expect(fault).toBeInstanceOf(InvalidInput);
  expect((fault as Error).message).toContain(reason);
});

it('what SNS puts into a queue says when it was sent', () => {
  const Message = JSON.stringify({ bucket: 'uploads', key: 'k' });
  const envelope = { Type: 'Notification', MessageId: '1', Timestamp: '2026-11-26T12:00:00.123Z', Message };
  const { sentAt, requests } = readRequestMessage(JSON.stringify(envelope));
  expect([sentAt.toISOString(), requests.length]).toEqual(['2026-11-26T12:00:00.123Z', 1]);
  // A message that something else put there.
  expect(() => readRequestMessage(Message)).toThrow('Type: ');
});

it('says something about every text, and throws nothing else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"Records":[${json}]}`),
      ),
      (text) => {
        const result = thrownBy(() => requestsIn(text));
        expect(result === undefined || result instanceof InvalidInput).toBe(true);
      },
    ),
  );
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (fault) {
    return fault;
  }
  return undefined;
}

it.each(['event', 'object'])('reads examples/requests/%s.json', (name) => {
  const [request, ...others] = requestsIn(readFileSync(`examples/requests/${name}.json`, 'utf8'));
  expect(request).toMatchObject({ bucket: 'example-uploads', keys: expect.arrayContaining(['in/a b.pdf']) });
  expect(others).toEqual([]);
});
