import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newSeed } from '../support/containers/sample.ts';
import { type Scanning, startScanning } from '../support/containers/scanning.ts';
import { STREAM_CASES } from '../support/containers/stream-cases.ts';
import { TAR_CASES } from '../support/containers/tar-cases.ts';
import { expectVerdict } from '../support/containers/verdicts.ts';

const seed = newSeed();
let scanning: Scanning;
beforeAll(async () => {
  scanning = await startScanning(seed);
});
afterAll(() => scanning.close());

it.each([...STREAM_CASES, ...TAR_CASES])('$name', async (hostile) => {
  await expect(expectVerdict(hostile, seed, scanning)).resolves.toBeUndefined();
});
