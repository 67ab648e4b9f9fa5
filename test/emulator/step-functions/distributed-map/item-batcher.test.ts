import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Batch, batches } from '../../../../emulator/step-functions/distributed-map/item-batcher.ts';

async function* from(items: readonly object[]) {
  yield* items;
}
async function all(items: readonly object[], limits: { items: number; bytes: number }, input?: object) {
  const found: Batch[] = [];
  for await (const batch of batches(from(items), limits, input)) found.push(batch);
  return found;
}
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('keeps every item in order, within both limits, and no batch smaller than it need be', async () => {
  const items = fc.array(fc.record({ Key: fc.string({ unit: 'grapheme', maxLength: 20 }) }), { maxLength: 40 });
  const limits = fc.record({ items: fc.integer({ min: 1, max: 7 }), bytes: fc.integer({ min: 600, max: 1200 }) });
  await fc.assert(
    fc.asyncProperty(items, limits, async (given, limit) => {
      const found = await all(given, limit, { bucket: 'b' });
      expect(found.flatMap(({ Items }) => Items)).toEqual(given);
      for (const [index, batch] of found.entries()) {
        expect(batch.BatchInput).toEqual({ bucket: 'b' });
        expect(batch.Items.length).toBeLessThanOrEqual(limit.items);
        expect(bytesOf(batch)).toBeLessThanOrEqual(limit.bytes);
        const next = found[index + 1]?.Items[0];
        if (next === undefined) continue;
        const fuller = { ...batch, Items: [...batch.Items, next] };
        expect(fuller.Items.length > limit.items || bytesOf(fuller) > limit.bytes).toBe(true);
      }
    }),
  );
});

test('refuses an item that no batch can hold', async () => {
  await expect(all([{ Key: 'k'.repeat(100) }], { items: 5, bytes: 50 })).rejects.toMatchObject({
    name: 'States.ItemReaderFailed',
  });
});
