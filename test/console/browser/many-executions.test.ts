import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page, Response } from 'playwright-core';
import { pageFiles } from '../../../console/page-files.ts';
import { type Console, startConsole } from '../../../console/server/server.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startStepFunctionsApi } from '../../../emulator/step-functions/api.ts';
import { Executions } from '../../../emulator/step-functions/executions.ts';
import { LocalStateMachine } from '../../../emulator/step-functions/state-machine.ts';
import { launchChromium, VIEWPORT } from './console-in-browser.ts';

/* 10,000 executions of a small state machine, in the real Step Functions API: the page must not notice how many. */
const COUNT = 10_000;
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUploadStateMachine00000000';
/** As console/page/parts/grid.tsx has them. */
const ROW_PIXELS = 32;
const STATUSES = ['CLEAN', 'CLEAN', 'CLEAN', 'INFECTED', 'REJECTED'];
/** Milliseconds, on a machine that does ten other things: a guard against work that grows with the square. */
const AT_ONCE = 10_000;
/** Milliseconds, on such a machine. */
const MOST_FOR_ALL_KEYS = 240_000;

const definition = { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } };
const machine = new LocalStateMachine({
  ...{ arn: MACHINE, definition, roleArn: 'arn:aws:iam::000000000000:role/machine' },
  invoke: async () => ({}),
});
const executions = new Executions();
let service: Listening;
let opened: Console;
let browser: Browser;
let page: Page;
/** What the run prints: the figures of docs/console.md. */
const figures: Record<string, number> = {};

async function start(number: number): Promise<void> {
  const object = { key: `uploads/${String(number).padStart(5, '0')}.pdf`, size: number };
  const verdict = { status: STATUSES[number % STATUSES.length], finding: null };
  const input = { detail: { bucket: { name: 'uploads' }, object }, verdict };
  const execution = machine.start(input, `scan-${String(number).padStart(5, '0')}`);
  executions.add(MACHINE, execution);
  await execution.result;
}

beforeAll(async () => {
  for (let number = 0; number < COUNT; number += 100) {
    await Promise.all([...Array(100).keys()].map((at) => start(number + at)));
  }
  service = await startStepFunctionsApi({
    executions,
    types: new Map([[MACHINE, 'STANDARD']]),
    describe: () => ({ definition: JSON.stringify(definition) }),
    start: (_, input) => machine.start(input),
    authorize: async () => ({ allowed: true, reason: '', grants: [] }),
  });
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'anything' };
  opened = await startConsole({
    pipeline: {
      ...{ stack: 'S3Airlock', region: 'us-east-1', certificateAuthority: '', snsHost: '', pid: process.pid },
      // Of the others the list asks nothing.
      endpoints: { SFN: service.endpoint },
      people: { uploader: credentials, reader: credentials, operator: credentials },
    },
    page: pageFiles,
  });
  browser = await launchChromium();
  page = await browser.newPage({ viewport: VIEWPORT });
}, 120_000);
afterAll(async () => {
  process.stdout.write(`${COUNT} executions: ${JSON.stringify(figures)}\n`);
  await browser.close();
  await opened.close();
  await service.close();
});

const rows = (count: number) => page.locator(`[role=grid][aria-rowcount="${count + 1}"]`).waitFor();
const chip = (name: RegExp) => page.getByRole('button', { name });

async function timed(name: string, work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  const took = Math.round(performance.now() - before);
  figures[name] = took;
  return took;
}

describe('10,000 executions', () => {
  it('are all listed, of which only those in sight are in the page', async () => {
    await timed('listed, ms', async () => {
      await page.goto(`${opened.url}#/executions`);
      await rows(COUNT);
    });
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    figures.nodes = Number(await page.evaluate('document.querySelectorAll("*").length'));
  });

  it('say of themselves what they are, those in sight first', async () => {
    await timed('first keys, ms', () => page.getByText('uploads/09999.pdf').waitFor());
  });

  it('scroll without a gap: no frame is long', async () => {
    const frames = (await page.evaluate(`(async () => {
      const grid = document.querySelector('[role=grid]');
      const frames = [];
      let before = performance.now();
      for (let at = 0; at < 120; at += 1) {
        grid.scrollTop += 700;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - before);
        before = now;
      }
      return frames;
    })()`)) as number[];
    const sorted = frames.toSorted((a, b) => a - b);
    figures['frame while scrolling, median, ms'] = Math.round(sorted[60] ?? 0);
    figures['frame while scrolling, 95 %, ms'] = Math.round(sorted[114] ?? 0);
    expect(sorted[60]).toBeLessThan(300);
    const shown = await page.evaluate(`(() => {
      const { top, bottom } = document.querySelector('[role=grid]').getBoundingClientRect();
      return [...document.querySelectorAll('.grid-rows > [role=row]')]
        .filter((row) => row.getBoundingClientRect().bottom > top + 40 && row.getBoundingClientRect().top < bottom).length;
    })()`);
    expect(shown).toBeGreaterThan(15);
  });

  it('are narrowed at once', async () => {
    expect(
      await timed('filter by text, ms', async () => {
        await page.getByRole('searchbox').fill('scan-0777');
        await rows(10);
      }),
    ).toBeLessThan(AT_ONCE);
    await page.getByRole('searchbox').fill('');
    await rows(COUNT);
  });

  it('take in a new one without asking for all of them again, and leave the reader where he is', async () => {
    const SCROLLED = 200;
    await page.evaluate(`document.querySelector('[role=grid]').scrollTop = ${SCROLLED * ROW_PIXELS}`);
    await page.locator(`.grid-rows > [aria-rowindex="${SCROLLED + 2}"]`).waitFor();
    const first = page.locator('.grid-rows > [role=row]').nth(14);
    const key = await first.getByRole('link').textContent();
    const before = await first.boundingBox();
    const bodies: Promise<Buffer>[] = [];
    const listen = (response: Response) => {
      if (response.url().endsWith('/ListExecutions')) bodies.push(response.body());
    };
    page.on('response', listen);
    await start(COUNT);
    await timed('a new one is seen, ms', () => rows(COUNT + 1));
    page.off('response', listen);
    const answers = (await Promise.all(bodies)).map(({ length }) => length);
    // The answer that has it is one of them: each has a hundred rows.
    expect(Math.min(...answers)).toBeGreaterThan(10_000);
    figures['bytes of a listing'] = Math.max(...answers);
    expect(figures['bytes of a listing']).toBeLessThan(60_000);
    const after = await page
      .getByRole('link', { name: key ?? '' })
      .first()
      .boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(ROW_PIXELS);
  });

  it(
    'have all been read in the end, and are narrowed by verdict at once',
    async () => {
      const infected = COUNT / STATUSES.length;
      await timed('all keys, ms', () => chip(/^INFECTED 2,000$/).waitFor({ timeout: MOST_FOR_ALL_KEYS }));
      expect(
        await timed('filter by verdict, ms', async () => {
          await chip(/^INFECTED/).click();
          await rows(infected);
        }),
      ).toBeLessThan(AT_ONCE);
      await chip(/^All/).click();
      await rows(COUNT + 1);
    },
    MOST_FOR_ALL_KEYS + 30_000,
  );

  it('cost little while nothing happens', async () => {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const busy = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
    };
    const before = await busy();
    const polls = Promise.withResolvers<void>();
    let count = 0;
    page.on('response', (response) => {
      if (response.url().endsWith('/ListExecutions') && ++count === 3) polls.resolve();
    });
    const start = performance.now();
    await polls.promise;
    const share = ((await busy()) - before) / ((performance.now() - start) / 1000);
    figures['processor while nothing happens, %'] = Math.round(share * 100);
    expect(share).toBeLessThan(0.5);
  });
});
