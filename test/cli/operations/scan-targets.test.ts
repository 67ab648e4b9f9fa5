import { describe, expect, it } from '@jest/globals';
import { readS3Uri, shownObject } from '../../../cli/operations/s3-uri.ts';
import { targetsIn } from '../../../cli/operations/scan-targets.ts';

describe('an object is named', () => {
  it.each(['a', 'a b+c%2B', '/a//b/', '..', 'ü/🙂', 'line\nbreak', 's3://x/y', '{"bucket":1}'])(
    'by a URI with the key %j',
    (key) => {
      expect(readS3Uri(`s3://my-bucket/${key}`)).toEqual({ bucket: 'my-bucket', key });
    },
  );

  it.each(['', 'a', 's3:/b/k', 'S3://b/k', 's3://b', 's3:///k', 'https://b/k', 's3://My_Bucket/k'])(
    'not by %j',
    (text) => {
      expect(() => readS3Uri(text)).toThrow(/does not name an object: s3:\/\/BUCKET\/KEY does/);
    },
  );

  it('not by a bucket alone, and is printed safely', () => {
    expect(() => readS3Uri('s3://bucket/')).toThrow(/names no key/);
    expect(() => readS3Uri('\u001b[2J')).toThrow(/^"\\u001b\[2J"/);
    expect(shownObject({ bucket: 'b', key: '\u001b[2J' })).toBe('s3://b/\\u001b[2J');
  });
});

it('lines are read as they are needed, and what is wrong does not end them', async () => {
  let read = 0;
  async function* lines() {
    for (const line of [
      's3://bb/k',
      '',
      '{"bucket":"b","key":"k\\n","versionId":null}',
      'x',
      '{"bucket":"b"}',
      '{"bucket":"b","key":"k","versionId":"v"}',
    ]) {
      read += 1;
      yield line;
    }
  }
  const targets = targetsIn(lines());
  expect((await targets.next()).value).toEqual({ bucket: 'bb', key: 'k' });
  expect(read).toBe(1);
  const rest = [];
  for await (const target of targets) rest.push(target);
  expect(rest).toEqual([
    { bucket: 'b', key: 'k\n', versionId: undefined },
    expect.objectContaining({ message: expect.stringContaining('does not name an object') }),
    expect.objectContaining({ message: expect.stringContaining('is not {"bucket", "key", "versionId"}') }),
    { bucket: 'b', key: 'k', versionId: 'v' },
  ]);
});
