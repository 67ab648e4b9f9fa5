import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Listening, listenOnLoopback } from '../../emulator/http/loopback.ts';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { createApp } from '../../examples/node-express/app.ts';
import { bundleForBrowsers } from '../../infra/package/browser-bundle.ts';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, CONFIG, leftovers, VERSIONED } from '../support/airlock.ts';

/** The Express example in Chromium: it uploads to the gated bucket, and the verdict comes by SNS through its webhook. */
const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
const trusted = getCACertificates();
let airlock: Airlock;
let application: Listening;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the webhook was sent, as `Type status`. */
const posted: string[] = [];

beforeAll(async () => {
  // The bucket's CORS rules name the page's origin, so the page is there first.
  let handle: RequestListener = (_, response) => response.writeHead(503).end();
  application = await listenOnLoopback(
    createServer((request, response) => {
      const type = request.headers['x-amz-sns-message-type'];
      if (type !== undefined) response.on('finish', () => posted.push(`${type} ${response.statusCode}`));
      handle(request, response);
    }),
  );
  const [versioned, unversioned] = CONFIG.buckets;
  const cors = [{ allowedOrigins: [application.endpoint] }];
  airlock = await Airlock.start({ airlock: { ...CONFIG, buckets: [{ ...versioned, cors }, unversioned] } });
  const { pipeline } = airlock;
  setDefaultCACertificates([...trusted, readFileSync(pipeline.certificateAuthority, 'utf8')]);
  const browserModule = join(folder, 'upload.js');
  bundleForBrowsers(browserModule);
  const topicArn =
    pipeline.stack.ofType('AWS::SNS::Topic').find(({ arn }) => arn.includes(':Notifications'))?.arn ?? '';
  handle = createApp({
    s3: pipeline.client(UPLOADER),
    bucket: VERSIONED,
    topicArn,
    secret: 'a secret of at least 32 characters',
    browserModule,
    trustedSnsHost: /^127\.0\.0\.1:\d+$/,
  });
  const credentials = { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'anything' };
  const operator = new SNSClient({ endpoint: pipeline.endpoints.sns, region: 'us-east-1', credentials });
  const Endpoint = `${application.endpoint}/verdicts`;
  await operator.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint }));
  operator.destroy();
  browser = await chromium.launch({ executablePath: onPath('chromium'), args: ['--no-sandbox'] });
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(application.endpoint);
});
afterEach(() => context.close());
afterAll(async () => {
  await browser.close();
  setDefaultCACertificates(trusted);
  await application.close();
  await airlock.close();
  rmSync(folder, { recursive: true });
  expect(await leftovers()).toEqual([]);
});

function onPath(program: string): string {
  const folders = process.env.PATH?.split(delimiter) ?? [];
  return folders.map((each) => join(each, program)).find((file) => existsSync(file)) ?? program;
}

const choose = (name: string, content: string | Buffer, mimeType = 'text/plain') =>
  page.setInputFiles('#file', { name, mimeType, buffer: Buffer.from(content) });
const says = (text: string | RegExp) => page.locator('#state').filter({ hasText: text }).waitFor();

const moduleUrl = () => `${application.endpoint}/upload.js`;

/** What becomes of an upload of the page's own. */
function upload(options: { checksum?: 'none'; timeoutSeconds?: number; abortAt?: string } = {}) {
  return page.evaluate(
    async ({ module, abortAt, ...given }) => {
      const { upload, UploadFailed } = await import(module);
      const controller = new AbortController();
      const phases: string[] = [];
      const onProgress = ({ phase, loaded, total }: { phase: string; loaded: number; total: number }) => {
        phases.push(`${phase} ${loaded}/${total}`);
        if (phase === abortAt) controller.abort();
      };
      const file = new File(['by script'], 'script.txt', { type: 'text/plain' });
      const all = { ticketUrl: '/uploads', checksum: 'sha256', onProgress, signal: controller.signal, ...given };
      try {
        const { status } = await upload(file, all);
        return { status, phases };
      } catch (fault) {
        const { name, code, remedy, ticket } = fault as Error & { code: string; remedy: string; ticket?: string };
        return { name, code, remedy, ticket, ours: fault instanceof UploadFailed };
      }
    },
    { ...options, module: moduleUrl() },
  );
}

describe('the page', () => {
  it('shows CLEAN, and downloads what was uploaded', async () => {
    await choose('Über uns.txt', 'all is well');
    await says('CLEAN');
    const downloading = page.waitForEvent('download');
    await page.getByText('Download').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('Über uns.txt');
    expect(readFileSync(await download.path(), 'utf8')).toBe('all is well');
    expect(posted).toEqual(expect.arrayContaining(['SubscriptionConfirmation 204', 'Notification 204']));
  });

  it('shows INFECTED with what it means, and no download', async () => {
    await choose('eicar.txt', eicar());
    await says(/INFECTED.*ClamAV signature matched/);
    expect(await page.getByText('Download').isVisible()).toBe(false);
  });

  it('gets the verdict by long poll where streams do not come through', async () => {
    await page.route('**/uploads/events*', (route) => route.abort());
    const polled = page.waitForResponse((response) => response.url().includes('/uploads/verdict'));
    await choose('polled.txt', 'polled');
    await says('CLEAN');
    expect((await polled).status()).toBe(200);
  });

  it('says what to do when S3 cannot be reached', async () => {
    await page.route(`${airlock.pipeline.s3.endpoint}/**`, (route) => route.abort());
    await choose('lost.txt', 'lost');
    await says(/S3 did not answer.*CORS.*Check your connection/);
  });

  it('says what to do when the application cannot be reached', async () => {
    await context.setOffline(true);
    await choose('offline.txt', 'offline');
    await says('The server did not answer. Check your connection and try again.');
  });
});

describe('an upload', () => {
  it('reports its progress', async () => {
    const { status, phases = [] } = await upload();
    expect(status).toBe('CLEAN');
    expect(phases[0]).toBe('preparing 0/9');
    expect(phases.slice(-2)).toEqual(['uploading 9/9', 'scanning 9/9']);
  });

  it.each(['preparing', 'uploading', 'scanning'])('can be aborted while it is %s', async (abortAt) => {
    expect(await upload({ abortAt })).toMatchObject({ name: 'AbortError', ours: false });
  });

  it("passes on the server's refusals", async () => {
    const refused = await upload({ checksum: 'none' });
    expect(refused).toMatchObject({ name: 'UploadFailed', code: 'checksum-missing', remedy: expect.any(String) });
  });

  it('can be asked for again when the verdict takes too long', async () => {
    // Nothing is scanned meanwhile.
    const held = Promise.withResolvers<void>();
    airlock.beforeInvocation(() => held.promise);
    const late = await upload({ timeoutSeconds: 0.2 });
    expect(late).toMatchObject({ code: 'no-verdict', remedy: expect.stringContaining('later') });
    airlock.beforeInvocation(undefined);
    held.resolve();
    const again = await page.evaluate(
      async ([module = '', ticket]) => {
        const { waitForVerdict } = await import(module);
        return waitForVerdict(ticket, { ticketUrl: '/uploads' });
      },
      [moduleUrl(), late.ticket],
    );
    expect(again).toMatchObject({ status: 'CLEAN', download: { url: expect.stringContaining('versionId=') } });
  });

  it("of another user's ticket has no verdict", async () => {
    const { ticket } = await upload({ timeoutSeconds: 0 });
    expect(ticket).toEqual(expect.any(String));
    const other = await browser.newContext();
    const stranger = await other.newPage();
    await stranger.goto(application.endpoint);
    const code = await stranger.evaluate(
      async ([module = '', ticket]) => {
        const { waitForVerdict } = await import(module);
        return waitForVerdict(ticket, { ticketUrl: '/uploads' }).catch((failed: { code: string }) => failed.code);
      },
      [moduleUrl(), ticket],
    );
    expect(code).toBe('ticket-invalid');
    await other.close();
  });
});
