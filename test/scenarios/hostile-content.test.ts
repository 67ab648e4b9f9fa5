import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  corruptZip,
  eicar,
  gifAndScript,
  nestedZip,
  pdf,
  pdfAndZip,
  truncatedPdf,
  zip,
  zipBomb,
} from '../../local/samples.ts';
import { Airlock, leftovers, MAX_OBJECT_BYTES, REJECTED, SCANNED } from '../support/airlock.ts';

/** Broken, endless or ambiguous content: each gets a verdict in bounded time, and nothing is left on disk. */
const MAX_SCAN_MILLISECONDS = 1500;
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({ environment: { MAX_SCAN_MILLISECONDS: String(MAX_SCAN_MILLISECONDS) } });
});
afterEach(() => {
  expect(airlock.temporaryFiles()).toEqual([]);
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const bomb = () => Buffer.concat([...zipBomb()]);

describe('content that is', () => {
  it.each([
    ['a truncated PDF', 'cut.pdf', truncatedPdf, 'CLEAN', undefined, SCANNED],
    ['a PDF and a zip', 'both.pdf', pdfAndZip, 'REJECTED', 'extension-mismatch:pdf->application/zip', REJECTED],
    ['a PDF and a zip, called a zip', 'both.zip', pdfAndZip, 'REJECTED', /^extension-mismatch/, REJECTED],
    ['a GIF and a script', 'both.gif', gifAndScript, 'REJECTED', 'extension-mismatch:gif->text/javascript', REJECTED],
    ['nested 40 deep', 'deep.zip', () => nestedZip(40, pdf()), 'UNSCANNABLE', 'limits-exceeded:depth', SCANNED],
    [
      'nested 40 deep around malware',
      'deep.zip',
      () => nestedZip(40, eicar()),
      'UNSCANNABLE',
      'limits-exceeded:depth',
      SCANNED,
    ],
    ['10 MB that unpack to 10 GB', 'bomb.zip', bomb, 'UNSCANNABLE', /^limits-exceeded:(size|time)$/, SCANNED],
    [
      'one member over the limit',
      'member.zip',
      () => zip({ 'a.txt': Buffer.alloc(MAX_OBJECT_BYTES + 1) }),
      'UNSCANNABLE',
      /^limits-exceeded:(size|time)$/,
      SCANNED,
    ],
    [
      'a bomb with malware in front',
      'worse.zip',
      async () => zip({ 'a.txt': eicar(), 'b.zip': Buffer.concat([...zipBomb(8)]) }),
      'INFECTED',
      /eicar/i,
      SCANNED,
    ],
  ] as const)('%s', async (_, key, content, status, finding, states) => {
    const { result, tags, messages } = await airlock.upload(key, await content());
    expect(result).toMatchObject({ status: 'SUCCEEDED', states, retries: {} });
    expect(tags).toMatchObject({ 'scan-status': status });
    const said = messages[0]?.body.finding ?? undefined;
    if (finding instanceof RegExp) expect(said).toMatch(finding);
    else expect(said).toBe(finding);
  });
});

it('a corrupt zip is not called clean', async () => {
  const { result, tags } = await airlock.upload('corrupt.zip', await corruptZip());
  expect(result).toMatchObject({ status: 'SUCCEEDED', retries: {} });
  expect(tags).toMatchObject({ 'scan-status': 'UNSCANNABLE', 'scan-finding': 'ambiguous-archive:zip-end' });
});

it('the engine that had all this is the engine that goes on', async () => {
  const engines = airlock.engines();
  expect(engines).toHaveLength(1);
  expect((await airlock.upload('next.txt', eicar())).tags).toMatchObject({ 'scan-status': 'INFECTED' });
  expect(airlock.engines()).toEqual(engines);
});
