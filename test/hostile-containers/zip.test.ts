import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newSeed } from '../support/containers/sample.ts';
import { type Scanning, startScanning } from '../support/containers/scanning.ts';
import { expectVerdict } from '../support/containers/verdicts.ts';
import { ZIP_CASES } from '../support/containers/zip-cases.ts';

const seed = newSeed();
let scanning: Scanning;
beforeAll(async () => {
  scanning = await startScanning(seed);
});
afterAll(() => scanning.close());

it.each(ZIP_CASES)('$name', async (hostile) => {
  await expect(expectVerdict(hostile, seed, scanning)).resolves.toBeUndefined();
});
