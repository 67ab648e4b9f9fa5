import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { S3Error } from '../../../emulator/s3/errors.ts';
import { listedKey } from '../../../functions/domain/listed-key.ts';
import { eicar } from '../../../local/samples.ts';
import { OPERATOR } from '../../../local/stack/pipeline.ts';
import { UNVERSIONED, VERSIONED } from '../../support/airlock.ts';
import { HOSTILE_KEYS, ODD_KEYS } from '../../support/odd-keys.ts';
import { ConsoleInBrowser } from './console-in-browser.ts';

/** A busy machine takes its time; a hang must not take minutes. */
const PATIENCE_MILLISECONDS = 15_000;

const MANY = 10_000;
/** 6.8 s on two busy cores. */
const LISTED_MILLISECONDS = 15_000;

/* Uploads, deletions and rescans from the page, with the pipeline behind it. */
let opened: ConsoleInBrowser;
let page: Page;
let folder: string;

beforeAll(async () => {
  opened = await ConsoleInBrowser.open();
  page = opened.page;
  page.setDefaultTimeout(PATIENCE_MILLISECONDS);
  folder = mkdtempSync(join(tmpdir(), 'console-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await opened.close();
});

const show = (...segments: string[]) =>
  page.goto(`${opened.console.url}#/${segments.map(encodeURIComponent).join('/')}`);
/** The row of a key, by the whole key in its title. */
const rowOf = (key: string) => page.getByRole('row').filter({ has: page.getByTitle(key, { exact: true }) });
const choose = (name: string, content: Buffer | string, type = 'text/plain') =>
  page.setInputFiles('[data-upload=files]', { name, mimeType: type, buffer: Buffer.from(content) });

async function keysIn(Bucket: string, Prefix = ''): Promise<string[]> {
  const command = new ListObjectVersionsCommand({ Bucket, Prefix, EncodingType: 'url' });
  const { Versions = [] } = await opened.airlock.pipeline.client(OPERATOR).send(command);
  return Versions.filter(({ IsLatest }) => IsLatest).map(({ Key }) => listedKey(Key));
}

describe('an upload from the page', () => {
  it('is SCANNING and refused to readers until its verdict is CLEAN', async () => {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    opened.airlock.meddleBefore('tag-object', 'held.txt', () => {
      reached.resolve();
      return released.promise;
    });
    await show('buckets', VERSIONED);
    await page.getByText('The bucket is empty').waitFor();
    await choose('held.txt', 'all is well');
    await reached.promise;
    await rowOf('held.txt').getByText('SCANNING').waitFor();
    await rowOf('held.txt').getByText('403').waitFor();
    released.resolve();
    await rowOf('held.txt').getByText('CLEAN').waitFor();
    await rowOf('held.txt').getByText('200').waitFor();
    await page.getByText('1 of 1 file, 11 B of 11 B').waitFor();
  });

  it('takes a folder that is dropped, with all that is in it', async () => {
    mkdirSync(join(folder, 'dropped', 'deeper'), { recursive: true });
    writeFileSync(join(folder, 'dropped', 'note.txt'), 'all is well');
    writeFileSync(join(folder, 'dropped', 'deeper', 'eicar.txt'), eicar());
    writeFileSync(join(folder, 'dropped', 'empty.txt'), '');
    await show('buckets', VERSIONED);
    await drop(page, [join(folder, 'dropped')]);
    await rowOf('dropped/deeper/eicar.txt').getByText('INFECTED').waitFor();
    await rowOf('dropped/deeper/eicar.txt').getByText('403').waitFor();
    await rowOf('dropped/note.txt').getByText('200').waitFor();
    await rowOf('dropped/empty.txt').getByText('CLEAN').waitFor();
  });

  it('streams what is larger than the server would read into memory, with its type', async () => {
    const file = join(folder, 'large.bin');
    writeFileSync(file, Buffer.alloc(15_000_000, 'x'));
    await show('buckets', VERSIONED);
    const { rss } = process.memoryUsage();
    await page.setInputFiles('[data-upload=files]', file);
    await page.getByText('1 of 1 file, 15 MB of 15 MB').waitFor();
    expect(process.memoryUsage().rss - rss).toBeLessThan(300_000_000);
    await rowOf('large.bin').getByText('15 MB').waitFor();
    await opened.airlock.pipeline.idle();
  });

  it('goes into the folder that the page shows', async () => {
    await show('buckets', VERSIONED);
    await page.keyboard.press('/');
    await page.keyboard.type('in/2026/re');
    await page.getByText('No key begins with that').waitFor();
    await choose('report.txt', 'all is well');
    await rowOf('in/2026/report.txt').getByText('200').waitFor();
    expect(new URL(page.url()).hash).toBe('#/buckets/uploads?prefix=in%2F2026%2Fre');
  });
});

describe('uploads from the page that fail', () => {
  const sixty = Array.from({ length: 60 }, (_, at) => ({
    ...{ name: `${at}.txt`, mimeType: 'text/plain', buffer: Buffer.from('all is well') },
  }));

  it('are all counted, and the first are named', async () => {
    opened.airlock.beforeRequest(({ operation, key = '' }) => {
      if (operation === 'PutObject' && key.startsWith('refused/')) throw new S3Error(403, 'AccessDenied', 'not here');
    });
    await page.goto(`${opened.console.url}#/buckets/${VERSIONED}?prefix=refused%2F`);
    await page.setInputFiles('[data-upload=files]', sixty);
    await page.getByText(/^0 of 60 files, .*, 60 failed$/).waitFor({ timeout: 4 * PATIENCE_MILLISECONDS });
    await page.getByText('and 10 more').waitFor();
    await page.getByText('not here').first().waitFor();
    opened.airlock.beforeRequest(undefined);
  });

  it('are sent three at a time, and canceled, the waiting ones too; what is chosen afterwards is not', async () => {
    const begun = new Set<string>();
    const three = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    opened.airlock.beforeRequest(async ({ operation, key = '' }) => {
      if (operation !== 'PutObject' || !key.startsWith('canceled/')) return;
      if (begun.add(key).size === 3) three.resolve();
      await released.promise;
    });
    await page.goto(`${opened.console.url}#/buckets/${VERSIONED}?prefix=canceled%2F`);
    await page.setInputFiles('[data-upload=files]', sixty.slice(0, 5));
    await three.promise;
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText(/^0 of 5 files, .*, 5 failed$/).waitFor();
    expect(begun.size).toBe(3);
    released.resolve();
    opened.airlock.beforeRequest(undefined);
    await choose('afterwards.txt', 'all is well');
    await page.getByText('1 of 1 file, 11 B of 11 B').waitFor();
  });

  it('because they cannot be read say so, and neither keep others from being stored nor blame the pipeline', async () => {
    opened.expects('net::ERR_FILE_NOT_FOUND');
    const [gone, there] = ['gone.txt', 'there.txt'].map((name) => join(folder, name)) as [string, string];
    for (const file of [gone, there]) writeFileSync(file, 'all is well');
    const released = Promise.withResolvers<void>();
    opened.airlock.beforeRequest(async ({ operation, key = '' }) => {
      if (operation === 'PutObject' && key.startsWith('waits/')) await released.promise;
    });
    await page.goto(`${opened.console.url}#/buckets/${VERSIONED}?prefix=waits%2F`);
    await page.setInputFiles('[data-upload=files]', sixty.slice(0, 3));
    await page.getByText(/^0 of 3 files/).waitFor();
    await drop(page, [gone, there]);
    await page.getByText(/^0 of 5 files/).waitFor();
    rmSync(gone);
    released.resolve();
    opened.airlock.beforeRequest(undefined);
    await page.getByText(/^4 of 5 files, .*, 1 failed$/).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'gone.txt: ' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await drop(page, [gone]);
    await page.getByText(/^0 of 1 file, .*, 1 failed$/).waitFor();
  });
});

describe('keys', () => {
  const KEYS = [...new Set([...ODD_KEYS, ...HOSTILE_KEYS, '<img src=x onerror=alert(1)>', '\u202egpj.exe\u202c'])];

  it('are uploaded, shown, linked to and deleted, whatever is in them', async () => {
    await show('buckets', UNVERSIONED);
    for (const Key of KEYS) {
      const status = await page.evaluate(
        async ([input = '']) => {
          const url = `/services/s3/PutObject?input=${encodeURIComponent(input)}`;
          const headers = { 'x-airlock-console': '1' };
          return (await fetch(url, { method: 'PUT', headers, body: 'all is well' })).status;
        },
        [JSON.stringify({ Bucket: UNVERSIONED, Key })],
      );
      expect([Key, status]).toEqual([Key, 200]);
    }
    expect((await keysIn(UNVERSIONED)).toSorted()).toEqual(KEYS.toSorted());
    await page.getByText(`${KEYS.length} objects.`).waitFor();
    for (const key of KEYS) {
      await show('buckets', UNVERSIONED, key);
      const title = page.getByRole('heading', { level: 1 }).getByTitle(key, { exact: true });
      await title.waitFor();
      expect(
        await title.evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).unicodeBidi),
      ).toBe('isolate');
      // Nothing that turns or hides what stands around it is left as it is.
      expect(await title.textContent()).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    }
    await opened.airlock.pipeline.idle();
    for (const key of KEYS.slice(-2)) {
      await show('buckets', UNVERSIONED, key);
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('There is no such object').waitFor();
    }
    expect((await keysIn(UNVERSIONED)).toSorted()).toEqual(KEYS.slice(0, -2).toSorted());
  }, 120_000);
});

describe('by keyboard alone', () => {
  it('an object is found, deleted after a question, and its versions are still there', async () => {
    await show('overview');
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.getByRole('searchbox', { name: 'Keys that begin with' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('held');
    await page.getByText('1 object.').waitFor();
    await rowOf('held.txt').getByText('200').waitFor();
    await tabTo('Objects of uploads');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'held.txt' }).waitFor();
    await tabTo('Delete…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Delete this object?' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await tabTo('Delete…');
    await page.keyboard.press('Enter');
    await tabTo('Delete');
    await page.keyboard.press('Enter');
    const versions = page.getByRole('list', { name: 'Versions, newest first' }).getByRole('listitem');
    await versions.getByText('deleted').waitFor();
    expect(await versions.count()).toBe(2);
    // A delete marker has no verdict, so that readers without a version are refused; the version behind it is CLEAN.
    await page.getByText('403 refused').waitFor();
    await versions.nth(1).getByText('200 the object').waitFor();
  });

  it('a version is gone for good: Enter alone does not do it', async () => {
    await tabTo('Delete this version…');
    await page.keyboard.press('Enter');
    await page.getByText('It is gone for good.').waitFor();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await tabTo('Delete this version…');
    await page.keyboard.press('Enter');
    await tabTo('Delete');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Delete this version…' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete this marker…' }).waitFor();
  });

  /** Presses Tab until what has the focus is called so. */
  async function tabTo(name: string) {
    for (let pressed = 0; pressed < 60; pressed += 1) {
      await page.keyboard.press('Tab');
      const now = await page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.textContent');
      if (now === name) return;
    }
    throw new Error(`Tab leads nowhere that is called ${name}`);
  }
});

describe('10,000 objects', () => {
  it('are listed in seconds, and each is asked about when it comes into sight', async () => {
    const { s3 } = opened.airlock.pipeline;
    for (let at = 0; at < MANY; at += 1) await s3.seed(UNVERSIONED, `many/${String(at).padStart(5, '0')}.txt`, 'note');
    const start = Date.now();
    await page.goto(`${opened.console.url}#/buckets/${UNVERSIONED}?prefix=many%2F`);
    await page.getByText('10,000 objects.').waitFor();
    expect(Date.now() - start).toBeLessThan(LISTED_MILLISECONDS);
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    // Nobody has scanned them.
    await rowOf('many/09999.txt').getByText('403').waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(100);
  }, 120_000);
});

describe('scans from the page', () => {
  it('start for one version, with a link to the execution', async () => {
    await show('buckets', VERSIONED, 'dropped/note.txt');
    await page.getByRole('button', { name: 'Scan again' }).click();
    await page.getByRole('link', { name: 'its execution' }).click();
    await page.waitForURL(/#\/executions\/.+ScanUpload/);
    await opened.airlock.pipeline.idle();
  });

  it('start once, however often somebody presses the button', async () => {
    const asked: string[] = [];
    const answered = Promise.withResolvers<void>();
    await page.route('**/StartExecution', async (route) => {
      asked.push(route.request().url());
      await answered.promise;
      await route.continue();
    });
    await page.goto(`${opened.console.url}#/buckets/${VERSIONED}?prefix=nothing%2F`);
    await page.getByRole('button', { name: 'Rescan…' }).click();
    const button = page.getByRole('dialog').getByRole('button', { name: 'Rescan' });
    await button.dblclick();
    await button.press('Enter');
    answered.resolve();
    await page.waitForURL(/#\/rescans\/.+RescanBucket/);
    await page.unrouteAll({ behavior: 'wait' });
    expect(asked).toHaveLength(1);
  });

  it('start for a prefix, with progress and totals', async () => {
    await page.goto(`${opened.console.url}#/buckets/${VERSIONED}?prefix=dropped%2F`);
    await page.getByRole('button', { name: 'Rescan…' }).click();
    const dialog = page.getByRole('dialog', { name: `Rescan ${VERSIONED}` });
    expect(await dialog.getByLabel('Only keys that begin with').inputValue()).toBe('dropped/');
    await dialog.getByRole('button', { name: 'Rescan' }).click();
    await page.waitForURL(/#\/rescans\/.+RescanBucket/);
    await page.getByText('3 of 3 objects').waitFor();
    await page.getByText('SUCCEEDED').first().waitFor();
    const totals = page.getByLabel('Totals');
    await totals.waitFor();
    expect(await totals.textContent()).toMatch(/^Listed3Scanned3 .*Infected1V/);
    await page.getByRole('grid', { name: 'Batches' }).getByRole('row').nth(1).click();
    await page.waitForURL(/#\/executions\/.+RescanBucket/);
  });
});

/** As somebody who drags from a file manager: the browser itself reads the folder. */
async function drop(page: Page, files: string[]): Promise<void> {
  const { x, y, width, height } = (await page.getByRole('grid').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data });
  }
  await browser.detach();
}
