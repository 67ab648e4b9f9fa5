import { describe, expect, it } from '@jest/globals';
import { cutOff } from '../../../../functions/adapters/process/cut-off.ts';
import { ACTIVE_CONTENT_KINDS } from '../../../../functions/domain/active-content.ts';
import { AccessDenied } from '../../../../functions/domain/errors.ts';
import type { ListedObject } from '../../../../functions/domain/rescan/payloads.ts';
import type { RescannedObject } from '../../../../functions/domain/rescan/rescan-object.ts';
import { scanBatch } from '../../../../functions/domain/rescan/scan-batch.ts';

const items = (count: number, Size = 1): ListedObject[] =>
  Array.from({ length: count }, (_, index) => ({
    Key: `${index}`,
    Etag: '"e"',
    Size,
    LastModified: 0,
    StorageClass: 'STANDARD',
  }));
const scanned: RescannedObject = { row: { kind: 'scanned', bytes: 1, infected: false, changed: false } };
const PLENTY = { atOnce: 2, bytesAtOnce: 1e12, changedBytes: 1000, remaining: () => 900_000 };

describe('scanBatch', () => {
  it('looks at every item once, a few at once', async () => {
    let underWay = 0;
    let most = 0;
    const seen: string[] = [];
    const { totals, remaining } = await scanBatch(
      items(20),
      PLENTY,
      async ({ Key }) => {
        seen.push(Key);
        underWay += 1;
        most = Math.max(most, underWay);
        await Promise.resolve();
        underWay -= 1;
        return scanned;
      },
      cutOff,
    );
    expect(totals.scanned).toBe(20);
    expect(remaining).toEqual([]);
    expect(new Set(seen).size).toBe(20);
    expect(most).toBe(2);
  });

  it('never has more bytes on the disk than fit, but one object always', async () => {
    const sizes = [6, 6, 3, 20, 1, 1, 1, 9, 2];
    const all = items(sizes.length).map((item, index) => ({ ...item, Size: sizes[index] ?? 0 }));
    const inside: number[] = [];
    const seen: number[][] = [];
    const look = async ({ Size }: ListedObject) => {
      inside.push(Size);
      seen.push([...inside]);
      await new Promise(setImmediate);
      inside.splice(inside.indexOf(Size), 1);
      return scanned;
    };
    const { totals } = await scanBatch(all, { ...PLENTY, atOnce: 4, bytesAtOnce: 10 }, look, cutOff);
    expect(totals.scanned).toBe(sizes.length);
    for (const together of seen) {
      if (together.length > 1) expect(together.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(10);
    }
    expect(seen.some((together) => together.length > 1)).toBe(true);
  });

  it('begins nothing that it would not end, and gives the rest back in order', async () => {
    let left = 900_000;
    const look = async () => {
      left -= 200_000;
      return scanned;
    };
    const all = items(10, 500_000_000); // 100 s each, by its reckoning
    const { totals, remaining } = await scanBatch(all, { ...PLENTY, atOnce: 1, remaining: () => left }, look, cutOff);
    expect(totals.scanned).toBe(4);
    expect(remaining).toEqual(all.slice(4));
  });

  it('gives back what waited for room until it would no longer end', async () => {
    let left = 900_000;
    const seen: string[] = [];
    const look = async ({ Key }: ListedObject) => {
      seen.push(Key);
      // The first object occupies the space while the second finishes and the third waits.
      if (Key === '0') for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      if (Key === '0') left = 16_000;
      return scanned;
    };
    const all = items(3).map((item, index) => ({ ...item, Size: [9, 1, 9][index] ?? 0 }));
    const { totals, remaining } = await scanBatch(
      all,
      { ...PLENTY, bytesAtOnce: 10, remaining: () => left },
      look,
      cutOff,
    );
    expect(seen).toEqual(['0', '1']);
    expect(totals.scanned).toBe(2);
    expect(remaining).toEqual(all.slice(2));
  });

  it('gets on in every call, however little time there is', async () => {
    const all = items(5, 2_000_000_000);
    const { totals, remaining } = await scanBatch(
      all,
      { ...PLENTY, remaining: () => 16_000 },
      async () => scanned,
      cutOff,
    );
    expect(totals.scanned).toBe(2);
    expect(remaining).toEqual(all.slice(2));
  });

  it('counts as failed what hangs although it had all the time, and goes on', async () => {
    const look = ({ Key }: ListedObject, signal: AbortSignal) =>
      Key === '0'
        ? new Promise<RescannedObject>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        : Promise.resolve(scanned);
    const limits = { ...PLENTY, remaining: () => 15_010 };
    const { totals, failures, remaining } = await scanBatch(items(3), limits, look, cutOff);
    expect(totals).toMatchObject({ failed: 1, scanned: 1 });
    expect(failures).toEqual([{ key: '0', error: 'States.Timeout', cause: 'not finished in the time of a batch' }]);
    expect(remaining).toHaveLength(1);
  });

  it('gives back what did not end in time behind others, and tells each that its time is over', async () => {
    const cut: string[] = [];
    const look = ({ Key }: ListedObject, signal: AbortSignal) =>
      new Promise<RescannedObject>((_, reject) => {
        signal.addEventListener('abort', () => {
          cut.push(Key);
          reject(signal.reason);
        });
      });
    const all = items(3);
    const limits = { ...PLENTY, remaining: () => 15_010 };
    const { failures, remaining } = await scanBatch(all, limits, look, cutOff);
    expect(failures.map(({ key }) => key)).toEqual(['0']);
    expect(remaining).toEqual(all.slice(1));
    expect(cut.sort()).toEqual(['0', '1']);
  });

  it('names what failed, and why', async () => {
    const failed: RescannedObject = { row: { kind: 'failed' }, fault: new AccessDenied('GetObject') };
    const look = async ({ Key }: ListedObject) => (Key === '1' ? failed : scanned);
    const { totals, failures } = await scanBatch(items(3), PLENTY, look, cutOff);
    expect(totals).toMatchObject({ failed: 1, scanned: 2 });
    expect(failures).toEqual([{ key: '1', error: 'AccessDenied', cause: 'GetObject' }]);
  });

  it('stops when the answer is full', async () => {
    const verdict = {
      status: 'INFECTED' as const,
      finding: 'x'.repeat(300),
      type: null,
      definitions: null,
      activeContent: Object.keys(ACTIVE_CONTENT_KINDS),
      scanTime: '',
    };
    const changed = { object: { key: 'k', size: 1, etag: 'e' }, verdict, infected: true };
    const look = async () => ({ row: { ...scanned.row, changed: true } as RescannedObject['row'], changed });
    const { changed: all, remaining } = await scanBatch(items(50), { ...PLENTY, atOnce: 1 }, look, cutOff);
    expect(JSON.stringify(all).length).toBeLessThan(1000 + 500);
    expect(all.length + remaining.length).toBe(50);
  });
});
