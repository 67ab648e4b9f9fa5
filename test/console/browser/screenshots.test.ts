import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SAMPLES } from '../../../local/demo/samples.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';

/*
 * The pictures of README.md and docs/console.md. They are taken each time, and written with UPDATE_SCREENSHOTS=1 only, so
 * that a run leaves the checkout as it is.
 */
const FOLDER = 'docs/images';
const SIZE = { width: 1200, height: 740 };
/** Bytes: a page with several of them must load at once. */
const MOST_BYTES = 150_000;
const update = process.env.UPDATE_SCREENSHOTS === '1';

let opened: ConsoleInBrowser;
let page: Page;

beforeAll(async () => {
  const buckets = [{ name: 'uploads' }, { name: 'uploads-unversioned', versioned: false }];
  opened = await ConsoleInBrowser.open({ airlock: { buckets, onInfected: 'quarantine', maxObjectBytes: 1_000_000 } });
  ({ page } = opened);
  await page.setViewportSize(SIZE);
  for (const { key, content } of SAMPLES) await opened.airlock.upload(key, await content());
});
afterAll(() => opened.close());

/** What is to be seen, and what must be there first. */
const PICTURES: Readonly<Record<string, () => Promise<unknown>>> = {
  async executions() {
    await page.goto(`${opened.console.url}#/executions`);
    await page.getByText('Eicar-Test-Signature.UNOFFICIAL').first().waitFor();
  },
  async graph() {
    await page.goto(`${opened.console.url}#/executions`);
    await page.getByRole('link', { name: 'eicar.txt' }).click();
    await page.getByRole('option', { name: /^Tag Object, failed, caught/ }).click();
    await page.getByRole('option', { name: /^Notify, succeeded/ }).waitFor();
  },
};

it.each(
  Object.entries(PICTURES).flatMap(([name, show]) =>
    (['light', 'dark'] as const).map((theme) => ({ name, theme, show })),
  ),
)('$name, $theme', async ({ name, theme, show }) => {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await show();
  const picture = await page.screenshot({ caret: 'hide' });
  expect(picture.length).toBeLessThan(MOST_BYTES);
  if (!update) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/console-${name}-${theme}.png`, picture);
});
