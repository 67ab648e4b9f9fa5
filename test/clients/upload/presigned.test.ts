import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from '@jest/globals';
import { presignedPut, randomKey } from '../../../clients/upload/presigned.ts';

/** With the SDK's defaults, which would add a checksum of an empty body. */
const s3 = new S3Client({ region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
const FILE = { name: 'Übersicht "neu" 文.pdf', size: 42, type: 'application/pdf', sha256: undefined };
const SHA256 = `${'A'.repeat(43)}=`;

const put = async (file: Partial<typeof FILE> | { sha256: string } = {}) => {
  const { url, headers } = await presignedPut(s3, 'uploads', 'a.pdf', { ...FILE, ...file }, 60);
  return { query: new URL(url).searchParams, headers };
};

it('the signature covers size, type, name and that nothing is overwritten', async () => {
  const { query } = await put();
  expect(query.get('X-Amz-SignedHeaders')).toBe('content-disposition;content-length;content-type;host;if-none-match');
  expect(query.get('X-Amz-Expires')).toBe('60');
});

it('a file of another size has another signature', async () => {
  const signatureOf = async (size: number) => (await put({ size })).query.get('X-Amz-Signature');
  expect(await signatureOf(42)).not.toBe(await signatureOf(43));
});

it('no checksum is in the URL, where S3 would not read it; the SHA-256 is a signed header', async () => {
  expect([...(await put()).query.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
  const { query, headers } = await put({ sha256: SHA256 });
  expect([...query.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
  expect(query.get('X-Amz-SignedHeaders')).toContain('x-amz-checksum-sha256');
  expect(headers['x-amz-checksum-sha256']).toBe(SHA256);
});

it('every header that was signed is given, in ASCII, except those that a browser sets', async () => {
  const { query, headers } = await put({ sha256: SHA256 });
  const signed = query
    .get('X-Amz-SignedHeaders')
    ?.split(';')
    .filter((name) => !/^(host|content-length)$/.test(name));
  expect(Object.keys(headers).sort()).toEqual(signed);
  expect(headers['content-disposition']).toMatch(
    /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''%C3%9Cbersicht/,
  );
});

it.each([
  ['report.PDF', /^in\/[0-9a-f-]{36}\.pdf$/],
  ['archive.tar.gz', /^in\/[0-9a-f-]{36}\.gz$/],
  ['README', /^in\/[0-9a-f-]{36}$/],
  ['odd.ex/../t', /^in\/[0-9a-f-]{36}$/],
])('the key of %s is random, and keeps an ordinary extension', (name, pattern) => {
  expect(randomKey('in/', name)).toMatch(pattern);
  expect(randomKey('in/', name)).not.toBe(randomKey('in/', name));
});
