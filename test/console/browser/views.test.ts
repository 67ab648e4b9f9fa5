import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eicar } from '../../../local/samples.ts';
import { INVESTIGATOR } from '../../../local/stack/pipeline.ts';
import { CONFIG } from '../../support/airlock.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';
import { leastContrast } from './contrast.ts';

/** A busy machine takes its time; a hang must not take minutes. */
const PATIENCE_MILLISECONDS = 15_000;
const HOSTILE = 'mail/<img src=x onerror=alert(1)>\u202e.txt';

/* What is sent, what waits, what is wrong, and what is in quarantine. */
let opened: ConsoleInBrowser;
let page: Page;

beforeAll(async () => {
  opened = await ConsoleInBrowser.open({
    airlock: { ...CONFIG, onInfected: 'quarantine', quarantine: { operatorRoleArns: [INVESTIGATOR] } },
  });
  page = opened.page;
  page.setDefaultTimeout(PATIENCE_MILLISECONDS);
  // The console has subscribed: nothing that is sent from here on is missed.
  const { topics } = opened.airlock.pipeline;
  const heard = () => topics.subscriptions().map(({ endpoint }) => endpoint);
  while (heard().filter((each) => each.includes(':airlock-console-')).length < 2) await new Promise(setImmediate);
  await show('notifications');
  await page.getByText('Nothing has been sent yet').waitFor();
});
afterAll(async () => {
  await opened.close();
});

const show = (...segments: string[]) =>
  page.goto(`${opened.console.url}#/${segments.map(encodeURIComponent).join('/')}`);

describe('notifications', () => {
  it('are shown as they were sent, by both channels, with the body in full', async () => {
    await opened.airlock.upload('report.txt', 'all is well');
    await opened.airlock.upload(HOSTILE, eicar());
    const rows = page.getByRole('row').filter({ has: page.getByTitle(HOSTILE, { exact: true }) });
    await rows.filter({ hasText: 'SNS' }).getByText('INFECTED').waitFor();
    await rows.filter({ hasText: 'EventBridge' }).getByText('INFECTED').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('infected');
    await page.getByTitle('report.txt', { exact: true }).first().waitFor({ state: 'detached' });
    await rows.filter({ hasText: 'SNS' }).click();
    const details = page.getByRole('region', { name: 'The notification' });
    expect(await details.getByLabel('Body').textContent()).toContain('"action": "quarantine"');
    await details.getByText('Message attributes').waitFor();
    await page.reload();
    await details.getByText('Message attributes').waitFor();
  });
});

describe('the quarantine', () => {
  it('shows what was moved there, and restores nothing that is still found', async () => {
    await show('quarantine');
    const copy = page.getByRole('listitem').filter({ has: page.getByTitle(HOSTILE, { exact: true }) });
    await copy.getByText('INFECTED').waitFor();
    expect(await page.getByRole('link', { name: 'Download' }).count()).toBe(0);
    await copy.getByRole('button', { name: 'Restore…' }).click();
    await page.getByLabel('Reason, for the log').fill('a test');
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText('The copy stays in quarantine').waitFor();
    await copy.getByText('INFECTED').waitFor();
  });

  it('deletes a copy for a reason only, by keyboard', async () => {
    await page.getByRole('button', { name: 'Delete…' }).focus();
    await page.keyboard.press('Enter');
    const reason = page.getByLabel('Reason, for the log');
    await reason.focus();
    await page.keyboard.press('Enter');
    // Nothing without a reason.
    await page.getByRole('dialog', { name: 'Delete this copy?' }).waitFor();
    await page.keyboard.type('a test');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing is in quarantine').waitFor();
  });
});

describe('what is wrong', () => {
  it('is an alarm with its reason and its section of the runbook', async () => {
    const { pipeline } = opened.airlock;
    const machines = pipeline.stack.ofType('AWS::StepFunctions::StateMachine');
    const { arn = '' } = machines.find(({ logicalId }) => logicalId.startsWith('ScanUpload')) ?? {};
    await pipeline.start(arn, { not: 'an upload' }).result;
    await show('alarms');
    const alarm = page.getByRole('region', { name: 'ScansFailed' });
    await alarm.getByText('ALARM', { exact: true }).waitFor();
    await alarm.getByText('Threshold Crossed: Sum of ExecutionsFailed is 1').waitFor();
    await alarm.getByText('docs/operations/alarms.md').waitFor();
  });

  it('is a dead letter', async () => {
    const queues = opened.airlock.pipeline.queues.all();
    // Only EventBridge may send there.
    queues.find(({ name }) => name.startsWith('UndeliveredUploads'))?.send({ body: '{}' });
    await show('waiting');
    const letters = page.getByRole('table', { name: 'Dead letters' });
    await letters.getByRole('row', { name: /^UndeliveredUploads\w+ 1 / }).waitFor();
    await page
      .getByRole('table', { name: 'Scans that wait for an engine' })
      .getByRole('row', { name: /^uploads 0/ })
      .waitFor();
  });

  it('stands in the overview, with links to both', async () => {
    await show('overview');
    const now = page.getByRole('list', { name: 'Now' }).getByRole('listitem');
    await now.filter({ hasText: 'Alarms' }).getByText('ScansFailed').waitFor();
    await now.filter({ hasText: 'Dead letters' }).getByText('1', { exact: true }).waitFor();
    await page.getByRole('list', { name: 'The last verdicts' }).getByTitle('report.txt', { exact: true }).waitFor();
    await now.getByRole('link', { name: 'Alarms' }).click();
    await page.waitForURL(/#\/alarms$/);
  });
});

describe('in both themes', () => {
  it.each(['light', 'dark'] as const)('every text of the views can be read: %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    for (const view of ['overview', 'buckets', 'waiting', 'rescans', 'notifications', 'alarms', 'quarantine']) {
      await show(view);
      await page.getByRole('heading', { level: 1, name: view }).waitFor();
      expect([view, await leastContrast(page)]).toEqual([view, []]);
    }
  });
});
