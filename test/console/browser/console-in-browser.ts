import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageFiles } from '../../../console/page-files.ts';
import { type Console, startConsole } from '../../../console/server/server.ts';
import { profileOf } from '../../../local/profile.ts';
import type { PipelineOptions } from '../../../local/stack/options.ts';
import { Airlock, leftovers } from '../../support/airlock.ts';
import { StayingAddresses } from './staying-addresses.ts';

/** A pipeline, its console, and a page of Chromium that shows it. */
export class ConsoleInBrowser {
  airlock: Airlock;
  console: Console;
  readonly page: Page;
  readonly #browser: Browser;
  readonly #addresses: StayingAddresses;
  /** What the page said in the browser's own console: errors, and what the content security policy has refused. */
  readonly #complaints: string[] = [];
  /** Parts of what Chromium itself says when somebody does not answer. */
  readonly #expected: string[] = [];
  /** URLs that the page asked for. */
  readonly #requested = new Set<string>();

  private constructor(airlock: Airlock, addresses: StayingAddresses, console: Console, browser: Browser, page: Page) {
    this.airlock = airlock;
    this.#addresses = addresses;
    this.console = console;
    this.page = page;
    this.#browser = browser;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#complaints.push(message.text());
    });
    page.on('pageerror', (fault) => this.#complaints.push(String(fault)));
    page.on('request', (request) => this.#requested.add(new URL(request.url()).origin));
  }

  static async open(
    options: Partial<PipelineOptions> = {},
    launch: () => Promise<Browser> = launchChromium,
  ): Promise<ConsoleInBrowser> {
    await using started = new AsyncDisposableStack();
    const airlock = started.adopt(await Airlock.start(options), (each) => each.close());
    const profile = profileOf(airlock.pipeline);
    const addresses = started.adopt(await StayingAddresses.like(profile.endpoints), (each) => each.close());
    const pipeline = { ...profile, endpoints: addresses.endpoints };
    const console = started.adopt(await startConsole({ pipeline, page: pageFiles }), (each) => each.close());
    const browser = started.adopt(await launch(), (each) => each.close());
    const page = await browser.newPage({ viewport: VIEWPORT });
    const opened = new ConsoleInBrowser(airlock, addresses, console, browser, page);
    await page.goto(console.url);
    // All of it is the caller's to close now.
    started.move();
    return opened;
  }

  /** @param part of what Chromium itself says, of a test that brings it about */
  expects(part: string): void {
    this.#expected.push(part);
  }

  /** Stops the console, as Ctrl-C does, and starts it again at the same address. */
  async restartConsole(meanwhile: () => Promise<void>): Promise<void> {
    const port = Number(new URL(this.console.url).port);
    this.expects('net::ERR_');
    await this.console.close();
    await meanwhile();
    const pipeline = { ...profileOf(this.airlock.pipeline), endpoints: this.#addresses.endpoints };
    this.console = await startConsole({ pipeline, page: pageFiles, port });
  }

  /** Stops the pipeline, and starts another one at its addresses, while the console runs on. */
  async restartPipeline(
    options: Partial<PipelineOptions>,
    meanwhile: () => Promise<unknown> = async () => undefined,
  ): Promise<void> {
    this.expects('502 (Bad Gateway)');
    this.#addresses.target = undefined;
    await this.airlock.close();
    await meanwhile();
    this.airlock = await Airlock.start(options);
    this.#addresses.target = profileOf(this.airlock.pipeline).endpoints;
  }

  /** Fails when something was left, asked of another origin, or complained about. */
  async close(): Promise<void> {
    await this.#browser.close();
    await this.console.close();
    await this.#addresses.close();
    await this.airlock.close();
    expect(await leftovers()).toEqual([]);
    const isExpected = (text: string) => this.#expected.some((part) => text.includes(part));
    expect(this.#complaints.filter((text) => !isExpected(text))).toEqual([]);
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
