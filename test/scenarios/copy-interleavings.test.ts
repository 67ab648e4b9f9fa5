import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Buckets, type StoredObject, type Versioning } from '../../emulator/s3/buckets.ts';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import { StorageUnavailable } from '../../functions/domain/errors.ts';
import { toObjectReference } from '../../functions/domain/object-reference.ts';
import { type NotifyInput, ScanObjectInput } from '../../functions/domain/payloads.ts';
import { copyObject } from '../../functions/handlers/copy-object.ts';
import { findCurrentObject } from '../../functions/handlers/find-current-object.ts';
import { tagObject } from '../../functions/handlers/tag-object.ts';
import { task } from '../../functions/handlers/task.ts';
import { inProcessCopies } from '../support/in-process-copies.ts';
import { etagOf, inProcessStore } from '../support/in-process-store.ts';
import { scanUploadMachine, type Tasks } from '../support/scan-upload-machine.ts';

/*
 * Uploads of one key, deletions and executions in any order, with `onClean.copyTo`: once everything is idle the destination
 * holds the newest clean upload, whoever finished last. Few contents, so that the same bytes come back after others: then an
 * ETag does not tell that the destination was written meanwhile. See interleavings.test.ts for how it is played.
 */
const BUCKET = 'uploads';
const DESTINATION = 'clean';
const CONTENTS = ['harmless 1', 'harmless 2', 'infected'];
const isInfected = (body: string) => body.startsWith('infected');

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), body: fc.constantFrom(...CONTENTS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const) }) },
);
const anyCase = fc.record({
  versioning: fc.constantFrom<Versioning>('enabled', 'off', 'suspended'),
  destination: fc.constantFrom<Versioning>('enabled', 'off'),
  steps: fc.array(step, { minLength: 2, maxLength: 5 }),
  deliveredTwice: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  faults: fc
    .array(fc.tuple(fc.nat(60), fc.constantFrom('before' as const, 'after' as const)), { maxLength: 5 })
    .map((faults) => new Map(faults)),
});
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

interface Played {
  readonly current: StoredObject<string> | undefined;
  readonly newestClean: string | undefined;
  readonly copies: readonly StoredObject<string>[];
  readonly held: string | undefined;
  readonly told: readonly NotifyInput[];
  readonly failed: number;
}

async function play(
  { versioning, destination, steps, deliveredTwice, faults }: Case,
  scheduler: fc.Scheduler,
): Promise<Played> {
  const buckets = new Buckets<string>();
  buckets.createBucket(BUCKET, { versioning });
  buckets.createBucket(DESTINATION, { versioning: destination });
  const contentsOf = (name: string) =>
    buckets.listVersions(name).entries.filter((version) => !version.deleteMarker) as readonly StoredObject<string>[];
  const currentOf = (name: string, key: string) => {
    const current = buckets.find(name, key);
    return current === undefined || current.deleteMarker ? undefined : current;
  };
  let calls = 0;
  const before = async (call: string) => {
    await scheduler.schedule(Promise.resolve(), call);
    calls += 1;
    if (faults.get(calls) === 'before') throw new StorageUnavailable('scripted fault');
  };
  const after = async () => {
    if (faults.get(calls) === 'after') throw new StorageUnavailable('scripted fault');
  };
  const store = inProcessStore(buckets, before, after);
  const scanScripted = task(ScanObjectInput, async ({ bucket, object }) => {
    const bytes = await store.readRange(toObjectReference(bucket, object), 0, object.size - 1);
    const infected = isInfected(Buffer.from(bytes).toString());
    const scanTime = new Date(Date.UTC(2026, 0, 1) + calls).toISOString();
    return { ...CLEAN, ...(infected && { status: 'INFECTED', finding: 'Scripted' }), scanTime };
  });
  const told: NotifyInput[] = [];
  const copies = inProcessCopies(buckets, before, after);
  const tasks: Tasks = {
    CheckFileType: async () => ({ type: 'text/plain', headers: null, rejection: null }),
    ScanObject: scanScripted,
    TagObject: tagObject(store, airlock),
    CopyObject: copyObject({ ...copies, dialect: airlock, digest: etagOf }),
    FindCurrentObject: findCurrentObject(store),
    Notify: async (input) => told.push(input as NotifyInput),
  };
  const machine = scanUploadMachine(tasks);

  let failed = 0;
  const executions = steps.map((step, index) =>
    scheduler.schedule(Promise.resolve(), `step ${index}`).then(async () => {
      if (step.do === 'delete') {
        buckets.delete(BUCKET, 'a');
        return;
      }
      const { body } = step;
      const stored = buckets.put(BUCKET, 'a', { body, size: body.length, etag: etagOf(body) });
      const { key, size, etag, versionId } = stored;
      const object = { key, size, etag, ...(versioning !== 'off' && { 'version-id': versionId }) };
      const onClean = { copyTo: { bucket: DESTINATION, prefix: 'from/' } };
      const policy = { maxObjectBytes: 1000, allowedTypes: ['*'], onInfected: 'tag', maxWaitSeconds: 3600, onClean };
      const event = { detail: { bucket: { name: BUCKET }, object }, policy };
      const deliveries = deliveredTwice[index] ? [event, event] : [event];
      const results = await Promise.all(deliveries.map((input) => machine.start(input).result));
      failed += results.filter(({ status }) => status !== 'SUCCEEDED').length;
    }),
  );
  await scheduler.waitFor(Promise.all(executions));
  return {
    current: currentOf(BUCKET, 'a'),
    newestClean: contentsOf(BUCKET).find(({ body }) => !isInfected(body))?.body,
    copies: contentsOf(DESTINATION),
    held: currentOf(DESTINATION, 'from/a')?.body,
    told,
    failed,
  };
}

const CLEAN = { status: 'CLEAN', finding: null, type: 'text/plain', definitions: '1', activeContent: [] };

describe('onClean.copyTo, in any order', () => {
  it('ends with the newest clean upload at the destination, and copies nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, fc.scheduler(), async (scripted, scheduler) => {
        const { current, newestClean, copies, held, told, failed } = await play(scripted, scheduler);
        expect(failed).toBe(0);
        expect(copies.filter(({ body, tags }) => isInfected(body) || tags['scan-status'] !== 'CLEAN')).toEqual([]);
        if (scripted.versioning === 'enabled') expect(held).toBe(newestClean);
        else if (current !== undefined && !isInfected(current.body)) expect(held).toBe(current.body);
        for (const { object, verdict, outcome } of told) {
          if (outcome.copiedTo === undefined || outcome.copiedTo === null) continue;
          expect(verdict.status).toBe('CLEAN');
          expect(outcome.copiedTo).toMatchObject({ bucket: DESTINATION, key: 'from/a' });
          if (scripted.destination === 'enabled') expect(copies.map(({ etag }) => etag)).toContain(object.etag);
        }
      }),
      { numRuns: 200 },
    );
  });
});
