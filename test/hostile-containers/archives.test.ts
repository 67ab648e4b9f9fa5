import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ARCHIVE_CASES } from '../support/containers/archive-cases.ts';
import { DOCUMENT_CASES, PDF_CASES } from '../support/containers/document-cases.ts';
import { OPEN_CASES } from '../support/containers/open-cases.ts';
import { newSeed } from '../support/containers/sample.ts';
import { type Scanning, startScanning } from '../support/containers/scanning.ts';
import { SEVEN_ZIP_CASES } from '../support/containers/seven-zip-cases.ts';
import { expectVerdict } from '../support/containers/verdicts.ts';

const seed = newSeed();
let scanning: Scanning;
beforeAll(async () => {
  scanning = await startScanning(seed);
});
afterAll(() => scanning.close());

it.each([...SEVEN_ZIP_CASES, ...ARCHIVE_CASES, ...DOCUMENT_CASES, ...PDF_CASES, ...OPEN_CASES])(
  '$name',
  async (hostile) => {
    await expect(expectVerdict(hostile, seed, scanning)).resolves.toBeUndefined();
  },
);
