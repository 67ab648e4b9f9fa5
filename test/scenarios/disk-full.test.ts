import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { canMountSmallDisk, mountSmallDisk } from '../support/small-disk.ts';

/*
 * A scratch disk of one megabyte, which takes root on Linux to mount. Elsewhere the same is shown by
 * test/functions/adapters/aws/object-copy.test.ts with a scripted disk.
 */
const DISK_BYTES = 1_048_576;
const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
const unmount = canMountSmallDisk() ? mountSmallDisk(folder, DISK_BYTES) : undefined;

afterAll(() => {
  unmount?.();
  rmSync(folder, { recursive: true });
});

(unmount ? describe : describe.skip)('a scratch disk of one megabyte', () => {
  let airlock: Airlock;
  beforeAll(async () => {
    airlock = await Airlock.start({ environment: { SCRATCH_DIRECTORY: folder } });
  });
  afterEach(() => {
    airlock.beforeInvocation(undefined);
    expect(airlock.temporaryFiles()).toEqual([]);
  });
  afterAll(async () => {
    await airlock.close();
    expect(await leftovers()).toEqual([]);
  });

  const large = Buffer.alloc(DISK_BYTES + 1, 'a');

  it('has no room for the object: ERROR, reported and failed', async () => {
    const { result, tags, messages } = await airlock.upload('large.txt', large);
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'ScratchFull',
      cause: expect.stringContaining(`no room for ${large.length} bytes`),
      retries: { 'Scan Object': 4 },
    });
    expect(tags).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': 'ScratchFull' });
    expect(messages).toMatchObject([{ body: { status: 'ERROR', finding: 'ScratchFull' } }]);
  });

  it('is filled by somebody else, and emptied again in time', async () => {
    const path = join(folder, 'somebody-elses');
    let attempts = 0;
    airlock.beforeInvocation(({ task }) => {
      if (task !== 'scan-object') return;
      attempts += 1;
      if (attempts === 1) fill(path);
      if (attempts === 3) rmSync(path);
    });
    const { result, tags } = await airlock.upload('waits.txt', Buffer.concat([eicar(), Buffer.alloc(1000, ' ')]));
    expect(result).toMatchObject({ status: 'SUCCEEDED', retries: { 'Scan Object': 2 } });
    expect(tags).toMatchObject({ 'scan-status': 'INFECTED' });
  });

  it('has room for many small ones, one after the other where they do not fit at once', async () => {
    const content = Buffer.alloc(300_000, 'a');
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, n) => airlock.upload(`many-${n}.txt`, content)));
    expect(outcomes.map(({ result }) => [result.status, result.retries])).toEqual(
      outcomes.map(() => ['SUCCEEDED', {}]),
    );
  });
});

/** Writes until there is no room for a byte more. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch {
    // full
  } finally {
    closeSync(file);
  }
}
