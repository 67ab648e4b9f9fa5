import { S3Error } from './errors.ts';

/** What S3 keeps for names of its own. */
const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

const FORM = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

/**
 * Of a general purpose bucket.
 * @throws S3Error InvalidBucketName
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function checkBucketName(name: string): void {
  const reserved =
    RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) ||
    RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix));
  if (FORM.test(name) && !IP_ADDRESS.test(name) && !reserved) return;
  throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', { details: { BucketName: name } });
}
