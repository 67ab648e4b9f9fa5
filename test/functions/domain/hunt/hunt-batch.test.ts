import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutOff } from '../../../../functions/adapters/process/cut-off.ts';
import { huntBatch } from '../../../../functions/domain/hunt/hunt-batch.ts';
import type { HuntedObject } from '../../../../functions/domain/hunt/hunt-object.ts';
import { type HuntNamed, huntNamesIn, NO_NAMES, withHuntNames } from '../../../../functions/domain/hunt/named.ts';
import { addHunted, type HuntTotals, NOTHING_HUNTED } from '../../../../functions/domain/hunt/totals.ts';

const item = (index: number) => ({
  ...{ Key: `key-${index}`, Etag: '"e"', Size: 10, LastModified: 0, StorageClass: 'STANDARD' },
});
const items = (count: number) => Array.from({ length: count }, (_, index) => item(index));
const limits = { atOnce: 4, bytesAtOnce: 1000, remaining: () => 600_000 };
const adding = ({ looked, partly, unread, failed }: HuntTotals) => {
  const sum = (by: Readonly<Record<string, number>>) => Object.values(by).reduce((a, b) => a + b, 0);
  return looked + sum(partly) + sum(unread) + failed;
};

const rows = fc.constantFrom<HuntedObject>(
  { row: { what: 'looked', bytes: 10 } },
  { row: { what: 'match', bytes: 10 }, named: { key: 'k', what: 'match', reason: 'YARA.One.UNOFFICIAL' } },
  { row: { what: 'partly', bytes: 10, reason: 'encrypted' }, named: { key: 'k', what: 'partly', reason: 'encrypted' } },
  { row: { what: 'unread', reason: 'archived' }, named: { key: 'k', what: 'unread', reason: 'archived' } },
  { row: { what: 'failed' }, named: { key: 'k', what: 'failed', reason: 'X: y' } },
);

describe('a batch', () => {
  it('adds up, whatever becomes of its objects, also over several loops', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { maxLength: 40 }), fc.nat(40), async (looked, at) => {
        const listed = items(looked.length);
        const look = async ({ Key }: { Key: string }) => looked[Number(Key.slice(4))] as HuntedObject;
        const [first, second] = [listed.slice(0, at), listed.slice(at)];
        const batches = [await huntBatch(first, limits, look, cutOff), await huntBatch(second, limits, look, cutOff)];
        const totals = batches.reduce((sum, batch) => addHunted(sum, batch.totals), NOTHING_HUNTED);
        expect(totals.listed).toBe(looked.length);
        expect(adding(totals)).toBe(looked.length);
        expect(totals.matched).toBe(looked.filter(({ row }) => row.what === 'match').length);
        expect(batches.flatMap(({ named }) => named)).toHaveLength(looked.filter(({ named }) => named).length);
      }),
    );
  });

  it('leaves what it has no time for, and names what did not finish', async () => {
    let left = 100_000;
    const look = async (): Promise<HuntedObject> => {
      left = 20_000;
      return { row: { what: 'looked', bytes: 10 } };
    };
    const batch = await huntBatch(items(10), { ...limits, atOnce: 1, remaining: () => left }, look, cutOff);
    expect(batch.remaining.map(({ Key }) => Key)).toEqual(
      items(10)
        .slice(1)
        .map(({ Key }) => Key),
    );

    const stuck = (_: unknown, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const late = await huntBatch(items(1), { ...limits, remaining: () => 15_001 }, stuck, cutOff);
    expect(late).toMatchObject({
      totals: { listed: 1, failed: 1 },
      failures: [{ key: 'key-0', error: 'States.Timeout' }],
      named: [{ key: 'key-0', what: 'failed', reason: 'States.Timeout: not finished in the time of a batch' }],
    });
  });
});

describe('names', () => {
  const match = (key: string): HuntNamed => ({ key, what: 'match', reason: 'YARA.A_long_name_of_a_rule.UNOFFICIAL' });

  it('have room when a rule matches every object of a batch, by any keys', () => {
    // A batch's items in the 96 KiB of hunt-bucket.asl.json, as S3 lists them.
    const listing = (key: string) =>
      Buffer.byteLength(
        JSON.stringify({
          ...{ Key: key, Etag: `"${'0'.repeat(32)}"`, Size: 123_456, LastModified: 1_790_000_000 },
          StorageClass: 'STANDARD',
        }),
      ) + 1;
    for (const length of [1, 60, 300, 1024]) {
      const keys = Array.from({ length: 500 }, (_, index) => String(index).padStart(length, 'k').slice(0, 1024));
      const fitting = keys.slice(0, Math.floor(98_304 / listing('k'.repeat(length))));
      const versionId = 'v'.repeat(32);
      const { objects, more } = withHuntNames(
        NO_NAMES,
        fitting.map((key) => ({ ...match(key), versionId })),
      );
      expect([length, objects.length, more]).toEqual([length, fitting.length, 0]);
    }
  });

  it('of matches come first; what has no room is counted, and an answer fits a state', () => {
    const others = Array.from({ length: 500 }, (_, index): HuntNamed => {
      return { key: 'k'.repeat(1000) + index, what: 'unread', reason: 'archived' };
    });
    const first = withHuntNames(NO_NAMES, others);
    const { objects, more } = withHuntNames(first, [match('a'), match('b')]);
    expect(objects.slice(0, 2).map(({ key }) => key)).toEqual(['a', 'b']);
    expect(objects.length + more).toBe(502);
    expect(Buffer.byteLength(JSON.stringify(objects))).toBeLessThan(147_456 + 2);
  });

  it('are those of every object where a batch failed or never began', () => {
    const Input = JSON.stringify({ Items: [{ Key: 'a' }, { Key: 'b' }] });
    expect(huntNamesIn('FAILED', { Input, Error: 'EngineUnavailable', Cause: 'down' }).objects).toEqual([
      { key: 'a', what: 'failed', reason: 'EngineUnavailable: down' },
      { key: 'b', what: 'failed', reason: 'EngineUnavailable: down' },
    ]);
    expect(huntNamesIn('PENDING', { Input }).objects).toEqual([
      { key: 'a', what: 'unread', reason: 'not-started' },
      { key: 'b', what: 'unread', reason: 'not-started' },
    ]);
    const named = { objects: [match('a')], more: 2 };
    expect(huntNamesIn('SUCCEEDED', { totals: {}, gbSeconds: 1, named })).toEqual(named);
  });
});
