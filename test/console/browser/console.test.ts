import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { UPLOADER } from '../../../local/stack/pipeline.ts';
import { VERSIONED } from '../../support/airlock.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';

/* The page in Chromium, with the pipeline that it shows. */
let opened: ConsoleInBrowser;

beforeAll(async () => {
  opened = await ConsoleInBrowser.open();
});
afterAll(() => opened.close());

it('shows an upload', async () => {
  const { page, airlock } = opened;
  await page.goto(new URL('#/executions', opened.console.url).href);
  await page.getByText('Nothing has run yet').waitFor();
  const { pipeline } = airlock;
  await pipeline
    .client(UPLOADER)
    .send(new PutObjectCommand({ Bucket: VERSIONED, Key: 'note.txt', Body: 'all is well' }));
  await page.getByText('SUCCEEDED').waitFor();
  expect(await page.title()).toBe('Executions · s3-airlock');
});
