import { expect, it } from '@jest/globals';
import { checkBucketName } from '../../../emulator/s3/bucket-name.ts';

it.each([
  ...['ab', 'a'.repeat(64), 'Bad', 'under_score', '-a-b', 'a-b-', '.ab', 'ab.', 'a..b', 'a b', 'bücket', ''],
  ...['192.168.5.4', 'xn--bucket', 'sthree-bucket', 'sthree-configurator', 'amzn-s3-demo-bucket'],
  ...['bucket-s3alias', 'bucket--ol-s3', 'bucket.mrap', 'bucket--use1-az4--x-s3', 'bucket--table-s3'],
])('"%s" is refused as S3 refuses it', (name) => {
  expect(() => checkBucketName(name)).toThrow(expect.objectContaining({ status: 400, code: 'InvalidBucketName' }));
});

it.each(['abc', 'a'.repeat(63), 'a.b-c', 'a.-b', '1.2.3', '192.168.5.4.a', 'my--bucket', 's3alias'])(
  '"%s" is a name',
  (name) => expect(checkBucketName(name)).toBeUndefined(),
);
