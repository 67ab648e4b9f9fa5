import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SAMPLES } from '../../../local/demo/samples.ts';
import { eicar } from '../../../local/samples.ts';
import { CONFIG, VERSIONED } from '../../support/airlock.ts';
import { HOSTILE_KEYS } from '../../support/odd-keys.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';
import { leastContrast } from './contrast.ts';

/* What happens to uploads, seen on the page as it happens: the demo's acts, faults, rescans, and keys of an attacker. */
let opened: ConsoleInBrowser;
let page: Page;

beforeAll(async () => {
  opened = await ConsoleInBrowser.open({ airlock: { ...CONFIG, onInfected: 'quarantine' } });
  ({ page } = opened);
});
afterAll(() => opened.close());

const list = () => page.getByRole('grid', { name: 'Executions of Scan Upload' });
/** The row of a key, whatever the key holds. */
const row = (key: string) => list().getByRole('row').filter({ hasText: key });
/** Waits until the list has so many. */
const rows = (count: number) => page.locator(`[role=grid][aria-rowcount="${count + 1}"]`).waitFor();
const state = (name: string) => page.getByRole('option', { name: new RegExp(`^${name},`) });

async function open(hash: string): Promise<void> {
  await page.goto(`${opened.console.url}#${hash}`);
}
async function openExecution(key: string): Promise<void> {
  await open('/executions');
  await row(key).first().getByRole('link').click();
  await page.getByRole('heading', { name: key }).waitFor();
}

describe('the demo on the page', () => {
  it('says what to do where nothing has run', async () => {
    await open('/executions');
    await page.getByText('Nothing has run yet').waitFor();
  });

  it('shows an execution while it runs, and its verdict without being asked', async () => {
    const held = Promise.withResolvers<void>();
    opened.airlock.beforeRequest(({ operation, key, accessKeyId = '' }) =>
      operation === 'GetObject' && key === 'early.txt' && accessKeyId.startsWith('ScanObject')
        ? held.promise
        : undefined,
    );
    const upload = await opened.airlock.begin('early.txt', 'all is well');
    await row('early.txt').getByText('RUNNING').waitFor();
    await openExecution('early.txt');
    await state('Scan Object')
      .and(page.getByRole('option', { name: /running/ }))
      .waitFor();
    held.resolve();
    await state('Notify')
      .and(page.getByRole('option', { name: /succeeded/ }))
      .waitFor();
    await page.getByRole('main').getByText('CLEAN', { exact: true }).waitFor();
    await opened.airlock.outcome(upload);
    opened.airlock.beforeRequest(undefined);
  });

  it('has every verdict', async () => {
    for (const { key, content } of SAMPLES) await opened.airlock.upload(key, await content());
    await open('/executions');
    for (const { key, status, finding } of SAMPLES) {
      // The page's pipeline takes larger objects than the demo's.
      const verdict = key === 'too-large.txt' ? 'CLEAN' : status;
      await row(key)
        .getByText(verdict ?? '', { exact: true })
        .waitFor();
      if (finding !== null && verdict === status)
        await row(key).getByRole('gridcell').nth(2).getByText(finding).waitFor();
    }
  });

  it('narrows the list by verdict and by text, and stays there when it is loaded again', async () => {
    await page.getByRole('button', { name: /^INFECTED/ }).click();
    await page.getByRole('searchbox').fill('zip-in');
    await rows(1);
    await page.reload();
    await row('zip-in-zip.zip').waitFor();
    expect(await list().getAttribute('aria-rowcount')).toBe('2');
    expect(await page.getByRole('searchbox').inputValue()).toBe('zip-in');
    await page.getByRole('searchbox').press('Escape');
    await row('eicar.txt').waitFor();
  });
});

describe('one execution', () => {
  it('shows the way it took, the catch too', async () => {
    await openExecution('eicar.txt');
    await page.getByRole('option', { name: /^Tag Object, failed, caught/ }).click();
    const panel = page.getByRole('tabpanel');
    await panel.locator('.cause').getByText('InfectedTagged').waitFor();
    expect(await panel.getByRole('region', { name: 'Input' }).textContent()).toContain('"key": "eicar.txt"');
    await page.getByRole('option', { name: /^Delete Object, succeeded/ }).waitFor();
    expect(await page.locator('.way.catch.taken').count()).toBe(1);
    expect(await page.getByRole('option', { name: /^Give Up/ }).count()).toBe(0);
    await page.getByRole('button', { name: /^Error handling/ }).click();
    await page.getByRole('option', { name: /^Give Up, not entered/ }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Tag Object' }).waitFor();
    await page.getByRole('option', { name: /^Give Up, not entered/ }).waitFor();
  });

  it('counts retries, and says why each was needed', async () => {
    let faults = 2;
    opened.airlock.beforeInvocation(({ task }) => {
      if (task === 'tag-object' && faults-- > 0)
        throw Object.assign(new Error('slow down'), { name: 'StorageUnavailable' });
    });
    await opened.airlock.upload('retried.txt', 'all is well');
    opened.airlock.beforeInvocation(undefined);
    await openExecution('retried.txt');
    await page.getByRole('option', { name: /^Tag Object, succeeded after retries, .* · 2 retries/ }).click();
    await page.getByText('3 attempts').waitFor();
    expect(await page.getByText('StorageUnavailable slow down').count()).toBe(2);
  });

  it('that failed says so in words, and shows where', async () => {
    opened.airlock.beforeInvocation(({ task }) => {
      if (task === 'tag-object') throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
    });
    await opened.airlock.upload('failed.txt', 'all is well');
    opened.airlock.beforeInvocation(undefined);
    await open('/executions?status=FAILED');
    await row('failed.txt').getByText('FAILED', { exact: true }).waitFor();
    await openExecution('failed.txt');
    await page.getByRole('option', { name: /^Scan Failed, failed/ }).waitFor();
    await page.getByText('AccessDenied').first().waitFor();
  });

  it('has its events in a table, which lead to the states', async () => {
    await openExecution('eicar.txt');
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByRole('row').getByText('LambdaFunctionFailed').click();
    await page.getByText('"error": "InfectedTagged"').waitFor();
    await page.getByRole('button', { name: 'Check File Type' }).first().click();
    await page.getByRole('heading', { name: 'Check File Type' }).waitFor();
  });

  it('that there is not is told in words', async () => {
    await open('/executions/arn%3Aaws%3Astates%3Aus-east-1%3A000000000000%3Aexecution%3ANo%3Ano');
    await page
      .getByRole('alert')
      .filter({ hasText: /Does ?Not ?Exist/ })
      .waitFor();
  });
});

describe('a rescan', () => {
  it('is one step whose children are executions of their own', async () => {
    const machine = opened.airlock.pipeline.stack
      .ofType('AWS::StepFunctions::StateMachine')
      .find(({ logicalId }) => logicalId.startsWith('Rescan'));
    const { result } = opened.airlock.pipeline.start(machine?.arn ?? '', { bucket: VERSIONED, strategy: 'all' });
    await result;
    await open('/executions');
    await page.getByRole('link', { name: 'Rescan Bucket' }).click();
    await page.getByRole('link', { name: 'uploads/' }).first().click();
    await page.getByRole('option', { name: /^Rescan Objects, succeeded/ }).click();
    await page.getByText('Map Run', { exact: true }).waitFor();
    await page.getByText('Its children are executions of their own.').waitFor();
  });
});

describe('keys of an attacker', () => {
  const KEYS = [
    '<img src=x onerror=alert(1)>.txt',
    '"><script>alert(1)</script>.txt',
    "javascript:alert('1').txt",
    'invoice\u202etxt.exe',
    ...HOSTILE_KEYS.slice(0, 4),
  ];

  it('are text', async () => {
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      dialog.dismiss();
    });
    for (const key of KEYS) await opened.airlock.upload(key, 'all is well');
    await open('/executions');
    for (const key of KEYS) {
      const shown = key.replaceAll('\u202e', 'U+202E').replaceAll('\n', 'U+000A').replaceAll('\t', 'U+0009');
      const link = row(shown).first().getByRole('link');
      await link.click();
      await page.getByRole('heading', { level: 1 }).filter({ hasText: shown }).waitFor();
      await page.goBack();
    }
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(dialogs).toBe(0);
  });
});

describe('the keyboard', () => {
  it('does everything', async () => {
    await open('/executions');
    await page.reload();
    await row('eicar.txt').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
    await page.keyboard.press('/');
    await page.keyboard.type('eicar.txt');
    await rows(1);
    // Past the statuses.
    while ((await page.locator(':focus').getAttribute('role')) !== 'grid') await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'eicar.txt' }).waitFor();
    const tab = page.getByRole('tab', { name: 'Graph' });
    await tab.focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator(':focus').textContent()).toBe('Events');
    await page.keyboard.press('ArrowLeft');
    while ((await page.locator(':focus').getAttribute('role')) !== 'listbox') await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: 'Scan Needed' }).waitFor();
    const described = await page.locator(':focus').getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${described}"]`).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Execution', exact: true }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await list().waitFor();
  });

  it('shows where it is', async () => {
    await open('/executions');
    await list().waitFor();
    for (const target of [page.getByRole('searchbox'), list(), page.getByRole('button', { name: /^All/ })]) {
      await target.focus();
      await page.keyboard.press('Shift');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
  });
});

describe('both themes', () => {
  it.each(['light', 'dark'] as const)('%s: every text has a contrast of at least 4.5:1', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await open('/executions');
    await row('eicar.txt').waitFor();
    expect(await leastContrast(page)).toEqual([]);
    await openExecution('eicar.txt');
    await page.getByRole('option', { name: /^Tag Object, / }).click();
    expect(await leastContrast(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Events' }).click();
    expect(await leastContrast(page)).toEqual([]);
  });

  it('the switch wins over the system, also the next time', async () => {
    const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    await page.getByRole('radio', { name: 'light' }).check({ force: true });
    expect(await ground()).not.toBe(dark);
    await page.reload();
    expect(await ground()).not.toBe(dark);
    await page.getByRole('radio', { name: 'auto' }).check({ force: true });
    expect(await ground()).toBe(dark);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('nothing moves for those who want no motion', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openExecution('eicar.txt');
    const moving = await page.evaluate('document.getAnimations().length');
    expect(moving).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });
});

it('fits a narrow window', async () => {
  await page.setViewportSize({ width: 360, height: 700 });
  for (const hash of ['/executions', '/executions?machine=none']) {
    await open(hash);
    await row('eicar.txt').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  }
  await openExecution('eicar.txt');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1280, height: 800 });
});

it('says when the pipeline is gone, and goes on when it is back', async () => {
  await open('/executions');
  await row('eicar.txt').waitFor();
  await opened.restartConsole(async () => {
    await page.getByRole('alert').filter({ hasText: 'Disconnected' }).waitFor();
    // What is known stays.
    await row('eicar.txt').waitFor();
  });
  await page.getByRole('alert').waitFor({ state: 'hidden' });
  await opened.airlock.upload('afterwards.txt', eicar());
  await row('afterwards.txt').getByText('INFECTED').waitFor();
});
