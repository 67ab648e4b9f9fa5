import { createServer } from 'node:http';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { type Listening, listenOnLoopback } from '../../emulator/http/loopback.ts';
import { BUCKET, LARGE, SMALL, Workbench } from './workbench.ts';

interface Asked {
  readonly method: string;
  readonly key: string;
  readonly uploadId?: string;
  readonly partNumber?: number;
}
declare function upload(name: string, content: string, multipart: boolean): Promise<object>;

let bench: Workbench;
let browser: Browser;
let site: Listening;
let s3: S3Client;

beforeAll(async () => {
  const entry = `${import.meta.dirname}/uppy-page.js`;
  const bundled = await build({ entryPoints: [entry], bundle: true, write: false, format: 'iife' });
  const script = bundled.outputFiles[0]?.text ?? '';
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/page.js' ? 'text/javascript' : 'text/html');
    response.end(url === '/page.js' ? script : '<!doctype html><script src="/page.js"></script>');
  });
  site = await listenOnLoopback(server);
  const cors = [
    {
      allowedOrigins: [site.endpoint],
      allowedMethods: ['GET', 'PUT', 'POST', 'DELETE'],
      exposedHeaders: ['ETag', 'Location'],
    },
  ];
  bench = await Workbench.open({ buckets: [{ name: BUCKET, cors }] });
  s3 = new S3Client({
    endpoint: bench.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'uploader', secretAccessKey: 'anything' },
  });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  s3?.destroy();
  await bench?.close();
  await site?.close();
});

/** What the server of an application signs for its page. */
function sign({ method, key: Key, uploadId: UploadId, partNumber: PartNumber }: Asked): Promise<string> {
  const object = { Bucket: BUCKET, Key };
  if (UploadId === undefined) {
    return method === 'PUT'
      ? getSignedUrl(s3, new PutObjectCommand(object))
      : getSignedUrl(s3, new CreateMultipartUploadCommand(object));
  }
  if (PartNumber !== undefined) return getSignedUrl(s3, new UploadPartCommand({ ...object, UploadId, PartNumber }));
  if (method === 'POST') return getSignedUrl(s3, new CompleteMultipartUploadCommand({ ...object, UploadId }));
  if (method === 'GET') return getSignedUrl(s3, new ListPartsCommand({ ...object, UploadId }));
  return getSignedUrl(s3, new AbortMultipartUploadCommand({ ...object, UploadId }));
}

it.each([
  ['in one piece', 'put.txt', SMALL, false],
  ['in parts', 'parts.txt', LARGE, true],
])('Uppy uploads %s from a page', async (_, name, content, multipart) => {
  const page = await browser.newPage();
  await page.exposeFunction('sign', sign);
  await page.goto(site.endpoint);
  const given = [name, content, multipart] as const;
  const result = await page.evaluate(([key, text, parts]) => upload(key, text, parts), given);
  expect(result).toEqual({ successful: 1, failed: [] });
  await bench.scanned();
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: name }));
  expect((await Body?.transformToString()) === content).toBe(true);
  await page.close();
});
