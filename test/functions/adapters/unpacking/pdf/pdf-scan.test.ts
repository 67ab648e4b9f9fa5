import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import SevenZip from '7z-wasm';
import { type WarmEngine, warmEngine } from '../../../../../functions/adapters/clamav/warm-engine.ts';
import { directoryDefinitions } from '../../../../../functions/adapters/definitions/source.ts';
import { createUnpacking } from '../../../../../functions/adapters/unpacking/unpacking.ts';
import { engineVerdict } from '../../../../../functions/domain/engine-verdict.ts';
import { NO_HEADERS, type Scratch } from '../../../../../functions/domain/ports.ts';
import { DEFAULT_SCAN_BUDGET } from '../../../../../functions/domain/scan-budget.ts';
import { scanContent } from '../../../../../functions/domain/scan-content.ts';
import { eicar, zip } from '../../../../../local/samples.ts';
import { writeEicarDefinitions } from '../../../../../local/stack/definitions.ts';
import { upTo } from '../../../../support/content-policy.ts';
import { hexOf, PNG_PREDICTOR, pdfWith, pngPredicted, type Security, security } from '../../../../support/pdf-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'pdf-scan-'));
const definitions = join(folder, 'definitions');
const unpacking = createUnpacking({ parent: folder, maxBytes: 100_000_000 });
let engine: WarmEngine;

beforeAll(async () => {
  await writeEicarDefinitions(definitions);
  engine = warmEngine(directoryDefinitions(definitions, true), {
    configuration: 'infra/scanner/clamd.conf',
    maxObjectBytes: 100_000_000,
    maxScanMilliseconds: 60_000,
    scanMilliseconds: 70_000,
    startMilliseconds: 20_000,
  });
  await engine.start();
});

afterAll(async () => {
  await engine.stop();
  await unpacking.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
function file(content: Uint8Array): string {
  const path = join(folder, String(files++));
  writeFileSync(path, content);
  return path;
}

async function scan(content: Uint8Array) {
  const path = file(content);
  const scratch: Scratch = { withCopy: (_object, use) => use({ path }, NO_HEADERS) };
  const ports = { engine, scratch, unpacking, budget: DEFAULT_SCAN_BUDGET, clock: () => new Date() };
  const object = { bucket: 'b', key: 'k', etag: 'e', size: content.length };
  const { status, finding } = await scanContent(ports, object, upTo(100_000_000), null);
  return { status, finding };
}

const engineAlone = async (content: Uint8Array) => engineVerdict(await engine.scan(file(content)));

/** A 7z archive whose method ClamAV lacks. */
async function bzip2In7z(content: Uint8Array): Promise<Buffer> {
  const options = { print: () => undefined, printErr: () => undefined } as unknown;
  const archiver = await SevenZip(options as Parameters<typeof SevenZip>[0]);
  const { FS, callMain } = archiver as unknown as {
    FS: { writeFile(path: string, bytes: Uint8Array): void; readFile(path: string): Uint8Array };
    callMain(args: string[]): void;
  };
  FS.writeFile('/a', content);
  callMain(['a', '-m0=BZip2', '/a.7z', '/a']);
  return Buffer.from(FS.readFile('/a.7z'));
}

const WIDE_PREDICTOR = PNG_PREDICTOR.replace('64', '68');
const CLEAN = { status: 'CLEAN', finding: null };
const INFECTED = { status: 'INFECTED', finding: expect.stringContaining('Eicar') };
const ENCRYPTED = { status: 'UNSCANNABLE', finding: 'encrypted' };
const kinds: Security[] = ['rc4-40', 'rc4-128', 'aes-128', 'aes-256'];
const secured = (kind: Security, password: string, content: Buffer) => {
  const { trailer, encrypt } = security(kind, password);
  return pdfWith('/Filter/FlateDecode', deflateSync(content), trailer, encrypt);
};
const hello = Buffer.from('hello');

describe('PDFs through the scan path and a real clamd', () => {
  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['EICAR behind a PNG predictor', () => pdfWith(WIDE_PREDICTOR, pngPredicted(Buffer.from(eicar()), 68))],
    ['a 7z with BZip2', async () => pdfWith('/Filter/FlateDecode', deflateSync(await bzip2In7z(eicar())))],
    ['a 7z with BZip2 that is only stored', async () => pdfWith('', await bzip2In7z(eicar()))],
    ['EICAR in what looks like an image', () => pdfWith('/Subtype/Image/Filter/FlateDecode', deflateSync(eicar()))],
    ['EICAR behind deflated data', () => pdfWith('/Filter/FlateDecode', Buffer.concat([deflateSync(hello), eicar()]))],
    [
      'EICAR in what a URI refers to',
      () => pdfWith('/Filter/FlateDecode', deflateSync(eicar()), '', undefined, ['<</URI 4 0 R>>']),
    ],
    ...kinds.map(
      (kind) => [`EICAR under ${kind}`, () => secured(kind, '', Buffer.from(eicar()))] as [string, () => Buffer],
    ),
  ])('%s is INFECTED', async (_name, content) => {
    expect(await scan(await content())).toEqual(INFECTED);
  });

  it('needs to look itself: clamd alone calls these clean', async () => {
    const predicted = pdfWith(WIDE_PREDICTOR, pngPredicted(Buffer.from(eicar()), 68));
    expect(await engineAlone(predicted)).toEqual(CLEAN);
    expect(await scan(predicted)).toEqual(INFECTED);
    expect(await engineAlone(pdfWith('', await bzip2In7z(eicar())))).toEqual(CLEAN);
    expect(await engineAlone(pdfWith('/Subtype/Image/Filter/FlateDecode', deflateSync(eicar())))).toEqual(CLEAN);
  });

  it.each<[string, Buffer]>([
    ['Flate', pdfWith('/Filter/FlateDecode', deflateSync(eicar()))],
    ['Flate in an array', pdfWith('/Filter [ /FlateDecode ]', deflateSync(eicar()))],
    ['no filter', pdfWith('', Buffer.from(eicar()))],
    ['a JPEG', pdfWith('/Subtype/Image/Filter/DCTDecode', Buffer.from(eicar()))],
    ['hexadecimal digits', pdfWith('/Filter/ASCIIHexDecode', hexOf(Buffer.from(eicar())))],
  ])('clamd reaches %s by itself', async (_name, content) => {
    expect(await engineAlone(content)).toEqual(INFECTED);
  });

  it.each(kinds)('%s that only restricts is CLEAN, under a password it is encrypted', async (kind) => {
    expect(await scan(secured(kind, '', hello))).toEqual(CLEAN);
    expect(await scan(secured(kind, 'x', hello))).toEqual(ENCRYPTED);
  });

  it('one under a password counts, beside one that opens', async () => {
    const both = await zip({ 'a.pdf': secured('rc4-128', '', hello), 'b.pdf': secured('aes-128', 'x', hello) });
    expect(await scan(both)).toEqual(ENCRYPTED);
    expect(await scan(await zip({ 'a.pdf': secured('rc4-128', '', hello) }))).toEqual(CLEAN);
  });
});
