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
