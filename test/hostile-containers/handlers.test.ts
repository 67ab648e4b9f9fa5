import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KINDS } from '../support/containers/kinds.ts';
import { type Objects, rescan, upload } from '../support/containers/objects.ts';
import { newSeed, sampleOf } from '../support/containers/sample.ts';
import { type Scanning, startScanning } from '../support/containers/scanning.ts';
import { SEVEN_ZIP_CASES } from '../support/containers/seven-zip-cases.ts';
import { ZIP_CASES } from '../support/containers/zip-cases.ts';

/** Uploads and rescans go the same way: the same verdict on the same object. */
const seed = newSeed();
let scanning: Scanning;
beforeAll(async () => {
  scanning = await startScanning(seed);
});
afterAll(() => scanning.close());

const CASES = [
  ...KINDS.filter(({ name }) => /^(?:7z of|tar|gzip of|bzip2 of|RAR 5|ar|lz4)/.test(name)).map((kind) => ({
    ...kind,
    verdicts: [kind.verdict],
  })),
  ...ZIP_CASES.filter(({ name }) =>
    /: (?:AES|malware, then an honest zip|no directory|an ordinary zip|40 zips in each other)$/.test(name),
  ),
  ...SEVEN_ZIP_CASES.filter(({ name }) => /: (?:encrypted|cut off|an ordinary archive)$/.test(name)),
];

it('an upload and a rescan say the same, and what is right', async () => {
  const objects: Objects = Object.fromEntries(
    await Promise.all(CASES.map(async ({ name, build }) => [name, await build(sampleOf(seed, name))])),
  );
  const [uploaded, rescanned] = [await upload(scanning, objects), await rescan(scanning, objects)];
  expect({ seed, verdicts: rescanned }).toEqual({ seed, verdicts: uploaded });
  for (const { name, verdicts } of CASES)
    expect({ seed, name, verdicts }).toEqual({ seed, name, verdicts: expect.arrayContaining([uploaded[name]]) });
  expect(CASES.length).toBeGreaterThanOrEqual(14);
});
