import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eicar } from '../../../local/samples.ts';
import { leftovers } from '../../support/airlock.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';

/** A busy machine takes its time; a hang must not take minutes. */
const PATIENCE_MILLISECONDS = 15_000;

/* The page stays open, and so does its server, while the pipeline is stopped and another one started at its address. */
let opened: ConsoleInBrowser;
let page: Page;

const watching = (name: string) => ({ airlock: { buckets: [{ name }] } });

beforeAll(async () => {
  opened = await ConsoleInBrowser.open(watching('first'));
  ({ page } = opened);
  page.setDefaultTimeout(PATIENCE_MILLISECONDS);
});
afterAll(() => opened.close());

const show = (hash: string) => page.goto(`${opened.console.url}#/${hash}`);
const row = (key: string) => page.getByRole('row').filter({ hasText: key });
const disconnected = () => page.getByRole('alert').filter({ hasText: 'Disconnected' });

it('what was of the pipeline before is gone, and the new one is shown and heard', async () => {
  await show('notifications');
  await opened.airlock.upload('before.txt', 'all is well', { bucket: 'first' });
  await row('before.txt').first().waitFor();
  await show('executions');
  await row('before.txt').getByText('CLEAN').waitFor();
  await opened.restartPipeline(watching('second'), async () => {
    await disconnected().waitFor();
    // What is known stays until another pipeline answers.
    await row('before.txt').waitFor();
  });
  await page.getByText('Nothing has run yet').waitFor();
  expect(await disconnected().count()).toBe(0);
  await opened.airlock.upload('after.txt', eicar(), { bucket: 'second' });
  await row('after.txt').getByText('INFECTED').waitFor();
  await show('buckets');
  await page.getByRole('grid', { name: 'Objects of second' }).waitFor();
  await row('after.txt').getByText('INFECTED').waitFor();
});

it('its notifications are subscribed to again', async () => {
  await show('notifications');
  const { topics } = opened.airlock.pipeline;
  const heard = () => topics.subscriptions().map(({ endpoint }) => endpoint);
  while (heard().filter((each) => each.includes(':airlock-console-')).length < 2) await new Promise(setImmediate);
  await opened.airlock.upload('heard.txt', eicar(), { bucket: 'second' });
  await row('heard.txt').filter({ hasText: 'SNS' }).getByText('INFECTED').waitFor();
  await row('heard.txt').filter({ hasText: 'EventBridge' }).getByText('INFECTED').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

it('a message that somebody else has put into the queue keeps nothing behind it from being shown', async () => {
  const queues = opened.airlock.pipeline.queues.all();
  queues.find(({ name }) => name.startsWith('airlock-console-'))?.send({ body: 'no JSON' });
  await opened.airlock.upload('behind.txt', eicar(), { bucket: 'second' });
  await row('behind.txt').filter({ hasText: 'SNS' }).getByText('INFECTED').waitFor();
  await row('a message of somebody else').waitFor();
});

it('a page that was not looking while it happened sees it all the same', async () => {
  await show('executions');
  await row('after.txt').getByText('INFECTED').waitFor();
  const looks = Promise.withResolvers<void>();
  await page.route('**/services/**', async (route) => {
    await looks.promise;
    await route.continue();
  });
  await opened.restartPipeline(watching('third'));
  looks.resolve();
  await page.unrouteAll({ behavior: 'wait' });
  await page.getByText('Nothing has run yet').waitFor();
  await show('buckets/second/after.txt');
  await page.getByText('The pipeline watches no bucket second').waitFor();
});

it('an object of a bucket that is gone is not looked for in another one', async () => {
  await page.getByRole('link', { name: 'Buckets it watches' }).click();
  await page.getByRole('grid', { name: 'Objects of third' }).waitFor();
});

it('where no browser starts nothing is left', async () => {
  const before = await leftovers();
  const refused = () => Promise.reject(new Error('no browser'));
  await expect(ConsoleInBrowser.open(watching('fourth'), refused)).rejects.toThrow('no browser');
  expect(await leftovers()).toEqual(before);
});
