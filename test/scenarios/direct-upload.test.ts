import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, CONFIG, leftovers, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/*
 * What a browser does with a presigned URL: it asks beforehand, uploads if it may, and shows its page the answer.
 */
const PAGE = 'https://app.example.com';
const BODY = 'all is well';
const HEADERS = {
  'Content-Type': 'text/plain',
  'Content-MD5': createHash('md5').update(BODY).digest('base64'),
  'Content-Disposition': 'inline; filename="note.txt"',
  'x-amz-meta-author': 'somebody',
};

let airlock: Airlock;
const executions: Execution[] = [];

beforeAll(async () => {
  const [versioned, unversioned] = CONFIG.buckets;
  airlock = await Airlock.start({
    airlock: { ...CONFIG, buckets: [{ ...versioned, cors: [{ allowedOrigins: [PAGE] }] }, unversioned] },
    onExecution: (execution) => executions.push(execution),
  });
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

function presigned(bucket: string, key: string): string {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyIdOf(UPLOADER)}/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': '60',
    'X-Amz-Signature': '0',
  });
  return `${airlock.pipeline.s3.endpoint}/${bucket}/${key}?${query}`;
}

function preflight(url: string, origin = PAGE, method = 'PUT'): Promise<Response> {
  const headers = {
    Origin: origin,
    'Access-Control-Request-Method': method,
    'Access-Control-Request-Headers': Object.keys(HEADERS)
      .map((name) => name.toLowerCase())
      .sort()
      .join(),
  };
  return fetch(url, { method: 'OPTIONS', headers });
}

it('a page uploads what is then scanned', async () => {
  const url = presigned(VERSIONED, 'direct');
  const asked = await preflight(url);
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);

  const answer = await fetch(url, { method: 'PUT', headers: { ...HEADERS, Origin: PAGE }, body: BODY });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
  expect(answer.headers.get('access-control-expose-headers')).toBe('ETag');

  expect(await executions[0]?.result).toMatchObject({ status: 'SUCCEEDED' });
  expect(await airlock.tags({ bucket: VERSIONED, key: 'direct', versionId: undefined })).toMatchObject({
    'scan-status': 'CLEAN',
  });
});

it.each([
  ['another site', VERSIONED, 'https://elsewhere.example', 'PUT'],
  ['a page that would delete', VERSIONED, PAGE, 'DELETE'],
  ['any page where no CORS is configured', UNVERSIONED, PAGE, 'PUT'],
])('a browser is told no for %s', async (_, bucket, origin, method) => {
  const answer = await preflight(presigned(bucket, 'direct'), origin, method);
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  await answer.text();
});
