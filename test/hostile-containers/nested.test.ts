import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NESTED_CASES, NESTED_IN_PDF_CASES } from '../support/containers/nested-cases.ts';
import { newSeed } from '../support/containers/sample.ts';
import { type Scanning, startScanning } from '../support/containers/scanning.ts';
import { expectVerdict } from '../support/containers/verdicts.ts';

const seed = newSeed();
let scanning: Scanning;
beforeAll(async () => {
  scanning = await startScanning(seed);
});
afterAll(() => scanning.close());

it.each([...NESTED_CASES, ...NESTED_IN_PDF_CASES])('$name', async (hostile) => {
  await expect(expectVerdict(hostile, seed, scanning)).resolves.toBeUndefined();
});
