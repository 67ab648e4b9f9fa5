import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageFiles } from '../../../console/page-files.ts';
import { type Console, startConsole } from '../../../console/server/server.ts';
import { profileOf } from '../../../local/profile.ts';
import type { PipelineOptions } from '../../../local/stack/options.ts';
import { Airlock, leftovers } from '../../support/airlock.ts';

/** A pipeline, its console, and a page of Chromium that shows it. */
export class ConsoleInBrowser {
  readonly airlock: Airlock;
  console: Console;
  readonly page: Page;
  readonly #browser: Browser;
  /** What the page said in the browser's own console: errors, and what the content security policy has refused. */
  readonly #complaints: string[] = [];
  /** URLs that the page asked for. */
  readonly #requested = new Set<string>();

  private constructor(airlock: Airlock, console: Console, browser: Browser, page: Page) {
    this.airlock = airlock;
    this.console = console;
    this.page = page;
    this.#browser = browser;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#complaints.push(message.text());
    });
    page.on('pageerror', (fault) => this.#complaints.push(String(fault)));
    page.on('request', (request) => this.#requested.add(new URL(request.url()).origin));
  }

  static async open(options: Partial<PipelineOptions> = {}): Promise<ConsoleInBrowser> {
    const airlock = await Airlock.start(options);
    const console = await startConsole({ pipeline: profileOf(airlock.pipeline), page: pageFiles });
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: VIEWPORT });
    const opened = new ConsoleInBrowser(airlock, console, browser, page);
    await page.goto(console.url);
    return opened;
  }

  /** Stops the console, as Ctrl-C does, and starts it again at the same address. */
  async restartConsole(meanwhile: () => Promise<void>): Promise<void> {
    const port = Number(new URL(this.console.url).port);
    const before = this.#complaints.length;
    await this.console.close();
    await meanwhile();
    this.console = await startConsole({ pipeline: profileOf(this.airlock.pipeline), page: pageFiles, port });
    // Chromium itself says that nobody answered.
    const refused = this.#complaints.splice(before);
    expect(refused.filter((text) => !text.includes('net::ERR_'))).toEqual([]);
  }

  /** Fails when something was left, asked of another origin, or complained about. */
  async close(): Promise<void> {
    await this.#browser.close();
    await this.console.close();
    await this.airlock.close();
    expect(await leftovers()).toEqual([]);
    expect(this.#complaints).toEqual([]);
    expect([...this.#requested]).toEqual([new URL(this.console.url).origin]);
  }
}

/** Of all screenshots. */
export const VIEWPORT = { width: 1280, height: 800 };

/** The distribution's. */
export function launchChromium(): Promise<Browser> {
  const folders = process.env.PATH?.split(delimiter) ?? [];
  const executablePath = folders.map((each) => join(each, 'chromium')).find((file) => existsSync(file)) ?? 'chromium';
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
