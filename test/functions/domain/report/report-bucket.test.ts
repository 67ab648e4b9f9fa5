import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LookAtObjects, Looked } from '../../../../functions/domain/report/looked.ts';
import { NOTHING_YET, type ReportSoFar } from '../../../../functions/domain/report/payloads.ts';
import { reportBucket } from '../../../../functions/domain/report/report-bucket.ts';

const UPLOADED = new Date('2026-11-01T00:00:00Z');
const object = (index: number, status: string | null, key = String(index).padStart(6, '0')): Looked => ({
  ...{ key, uploaded: UPLOADED, size: 1, kind: 'tagged' },
  ...{ status, finding: null, scanTime: null, definitions: null },
});
const bucket = { bucket: 'b', run: 'run', versions: false, filters: { prefixes: [], suffixes: [] } };
const dialect = { dialect: 'airlock' } as const;

/** A bucket of these, whose reader ends the signal after so many. */
const reading = (objects: readonly Looked[], most = Number.POSITIVE_INFINITY, abort?: AbortController): LookAtObjects =>
  async function* read({ after }) {
    let read = 0;
    for (const each of objects) {
      if (after !== undefined && each.key <= after.key) continue;
      read += 1;
      if (read === most) abort?.abort();
      yield each;
    }
  };

function filesIn(written: Map<string, string>) {
  return { write: async (key: string, text: string) => void written.set(key, text) };
}

const rowsOf = (written: ReadonlyMap<string, string>) =>
  [...written]
    .sort()
    .map(([, text]) => text)
    .join('');

describe('reportBucket', () => {
  it('gives the same rows and numbers wherever it is interrupted', async () => {
    const status = fc.constantFrom('CLEAN', 'INFECTED', 'ERROR', null);
    await fc.assert(
      fc.asyncProperty(fc.array(status, { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), async (all, most) => {
        const objects = all.map((each, index) => object(index, each));
        const [whole, cut] = [new Map<string, string>(), new Map<string, string>()];
        const expected = await reportBucket(
          { look: reading(objects), files: filesIn(whole) },
          { ...bucket, dialect },
          NOTHING_YET,
          new AbortController().signal,
        );
        let soFar: ReportSoFar = NOTHING_YET;
        while (!soFar.done) {
          const abort = new AbortController();
          const ports = { look: reading(objects, most, abort), files: filesIn(cut) };
          soFar = await reportBucket(ports, { ...bucket, dialect }, soFar, abort.signal);
        }
        expect(rowsOf(cut)).toBe(rowsOf(whole));
        const { requests: _, ...numbers } = expected.progress;
        expect(soFar.progress).toMatchObject(numbers);
        expect(soFar.infected).toEqual(expected.infected);
        expect(soFar.parts).toBe(cut.size);
        expect(expected.infected.objects).toHaveLength(all.filter((each) => each === 'INFECTED').length);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps few rows in memory and few names in its answer', async () => {
    const written = new Map<string, string>();
    const long = 'k'.repeat(1000);
    const objects = Array.from({ length: 9000 }, (_, index) =>
      object(index, 'INFECTED', `${String(index).padStart(6, '0')}${long}`),
    );
    const { parts, infected, progress } = await reportBucket(
      { look: reading(objects), files: filesIn(written) },
      { ...bucket, dialect },
      NOTHING_YET,
      new AbortController().signal,
    );
    expect(parts).toBe(2);
    for (const text of written.values()) expect(Buffer.byteLength(text)).toBeLessThan(8 * 1024 ** 2 + 2000);
    expect(Buffer.byteLength(JSON.stringify(infected.objects))).toBeLessThanOrEqual(65_536);
    expect(infected.objects.length + infected.more).toBe(9000);
    expect(progress).toMatchObject({ objects: 9000, reported: 9000, counts: { b: { INFECTED: 9000 } } });
  });

  it('counts values that nobody guards together once there are many', async () => {
    const objects = Array.from({ length: 300 }, (_, index) => object(index, `made up ${index}`));
    const { progress } = await reportBucket(
      { look: reading(objects), files: filesIn(new Map()) },
      { ...bucket, dialect },
      NOTHING_YET,
      new AbortController().signal,
    );
    expect(Object.keys(progress.counts.b ?? {})).toHaveLength(101);
    expect(progress.counts.b?.['other values']).toBe(200);
  });
});
