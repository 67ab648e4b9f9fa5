import { expect, it } from '@jest/globals';
import { contentEncoding } from '../../../../../functions/domain/file-type/stored/content-encoding.ts';

it.each<[string | null, string]>([
  [null, 'none'],
  ['', 'none'],
  ['identity', 'none'],
  ['aws-chunked', 'none'],
  ['AWS-Chunked, identity', 'none'],
  ['utf-8', 'none'],
  ['gzip', 'gzip'],
  [' GZIP ', 'gzip'],
  ['x-gzip', 'gzip'],
  ['aws-chunked,gzip', 'gzip'],
  ['gzip,gzip', 'other'],
  ['gzip, br', 'other'],
  ['br', 'other'],
  ['zstd', 'other'],
  ['deflate', 'other'],
  ['compress', 'other'],
  ['dcb', 'other'],
  ['7bit', 'other'],
  ['gzip;q=1', 'other'],
])('Content-Encoding %j is %s', (header, encoding) => {
  expect(contentEncoding(header)).toBe(encoding);
});
