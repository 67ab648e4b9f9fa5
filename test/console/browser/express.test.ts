import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eicar } from '../../../local/samples.ts';
import { CONFIG } from '../../support/airlock.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';

/* EXPRESS executions, of which Step Functions keeps nothing but their log. */
let opened: ConsoleInBrowser;

beforeAll(async () => {
  opened = await ConsoleInBrowser.open({ airlock: { ...CONFIG, workflow: 'EXPRESS' } });
});
afterAll(() => opened.close());

it('are listed and drawn from their log group', async () => {
  const { page, airlock, console } = opened;
  await page.goto(`${console.url}#/executions`);
  await page.getByText('Nothing has run yet').waitFor();
  await airlock.upload('clean.txt', 'all is well');
  await airlock.upload('eicar.txt', eicar());
  const row = (key: string) => page.getByRole('row').filter({ hasText: key });
  await row('clean.txt').getByText('CLEAN', { exact: true }).waitFor();
  await row('eicar.txt').getByText('INFECTED', { exact: true }).waitFor();
  await row('eicar.txt').getByRole('link').click();
  await page.getByRole('heading', { name: 'eicar.txt' }).waitFor();
  await page.getByRole('option', { name: /^Notify, succeeded/ }).click();
  expect(await page.getByRole('region', { name: 'Input' }).textContent()).toContain('eicar.txt');
});

it('one that runs is read on from where its log was read to', async () => {
  const { page, airlock, console } = opened;
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  airlock.meddleBefore('tag-object', 'held.txt', () => {
    reached.resolve();
    return held.promise;
  });
  const upload = await airlock.begin('held.txt', 'all is well');
  await reached.promise;
  await page.goto(`${console.url}#/executions`);
  const asked: { startTime?: number; filterPattern?: string }[] = [];
  const twice = Promise.withResolvers<void>();
  page.on('request', (request) => {
    if (!request.url().endsWith('/FilterLogEvents') || !request.postData()?.includes('execution_arn')) return;
    if (asked.push(request.postDataJSON()) === 3) twice.resolve();
  });
  await page.getByRole('row').filter({ hasText: 'held.txt' }).getByRole('link').click();
  await page.getByRole('option', { name: /^Tag Object, running/ }).waitFor();
  const begun = Date.parse(upload.execution.startTime);
  await twice.promise;
  const [first, ...later] = asked.map(({ startTime = 0 }) => startTime);
  // As early as an EXPRESS execution may have begun.
  expect(first).toBe(begun - 5 * 60_000);
  for (const startTime of later) expect(startTime).toBeGreaterThanOrEqual(begun);
  held.resolve();
  await page.getByRole('option', { name: /^Notify, succeeded/ }).waitFor();
  await page.getByRole('option', { name: /^Check File Type, succeeded/ }).waitFor();
  airlock.beforeInvocation(undefined);
  await airlock.outcome(upload);
});
