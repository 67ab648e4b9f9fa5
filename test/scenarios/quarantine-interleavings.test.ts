import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Buckets, type StoredObject, type Versioning } from '../../emulator/s3/buckets.ts';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import { StorageUnavailable } from '../../functions/domain/errors.ts';
import { toObjectReference } from '../../functions/domain/object-reference.ts';
import { type NotifyInput, ScanObjectInput } from '../../functions/domain/payloads.ts';
import { deleteObject } from '../../functions/handlers/delete-object.ts';
import { findCurrentObject } from '../../functions/handlers/find-current-object.ts';
import { quarantineObject } from '../../functions/handlers/quarantine-object.ts';
import { tagObject } from '../../functions/handlers/tag-object.ts';
import { task } from '../../functions/handlers/task.ts';
import { inProcessQuarantine, QUARANTINE } from '../support/in-process-quarantine.ts';
import { etagOf, inProcessStore } from '../support/in-process-store.ts';
import { scanUploadMachine, type Tasks } from '../support/scan-upload-machine.ts';

/*
 * Uploads, overwrites, deletes and executions in any order, with `onInfected` set: once everything is idle malware
 * is gone, and never without a copy where the policy wants one; what is clean is never deleted. Few contents, so that
 * the same malware comes back after something else stood there. See interleavings.test.ts for how it is played.
 */
const BUCKET = 'uploads';
const CONTENTS = ['infected 1', 'infected 2', 'harmless 1', 'harmless 2'];
const isInfected = (body: string) => body.startsWith('infected');

const key = fc.constant('a');
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('put' as const), key, body: fc.constantFrom(...CONTENTS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
);
const anyCase = fc.record({
  versioning: fc.constantFrom<Versioning>('enabled', 'off', 'suspended'),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  deliveredTwice: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  faults: fc
    .array(fc.tuple(fc.nat(60), fc.constantFrom('before' as const, 'after' as const)), { maxLength: 5 })
    .map((faults) => new Map(faults)),
});
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;
type Action = 'quarantine' | 'delete';

interface Played {
  readonly left: readonly StoredObject<string>[];
  readonly quarantined: ReadonlySet<string>;
  readonly told: readonly NotifyInput[];
  readonly failed: number;
}

async function play(
  { versioning, steps, deliveredTwice, faults }: Case,
  onInfected: Action,
  scheduler: fc.Scheduler,
): Promise<Played> {
  const buckets = new Buckets<string>();
  buckets.createBucket(BUCKET, { versioning });
  buckets.createBucket(QUARANTINE, { versioning: 'enabled' });
  const contentsOf = (name: string) =>
    buckets.listVersions(name).entries.filter((version) => !version.deleteMarker) as readonly StoredObject<string>[];
  const quarantined = () => new Set(contentsOf(QUARANTINE).map(({ body }) => body));
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
  const quarantine = inProcessQuarantine(buckets, before, after, ({ body }) => {
    expect(isInfected(body)).toBe(true);
    if (onInfected === 'quarantine') expect(quarantined()).toContain(body);
  });
  const scanScripted = task(ScanObjectInput, async ({ bucket, object }) => {
    const bytes = await store.readRange(toObjectReference(bucket, object), 0, object.size - 1);
    const infected = isInfected(Buffer.from(bytes).toString());
    const scanTime = new Date(Date.UTC(2026, 0, 1) + calls).toISOString();
    return { ...CLEAN, ...(infected && { status: 'INFECTED', finding: 'Scripted' }), scanTime };
  });
  const told: NotifyInput[] = [];
  const tasks: Tasks = {
    CheckFileType: async () => ({ type: 'text/plain', headers: null, rejection: null }),
    ScanObject: scanScripted,
    TagObject: tagObject(store, airlock),
    QuarantineObject: quarantineObject(quarantine),
    DeleteObject: deleteObject(quarantine),
    FindCurrentObject: findCurrentObject(store),
    Notify: async (input) => told.push(input as NotifyInput),
  };
  const machine = scanUploadMachine(tasks);

  let failed = 0;
  const executions = steps.map((step, index) =>
    scheduler.schedule(Promise.resolve(), `step ${index}`).then(async () => {
      if (step.do === 'delete') {
        buckets.delete(BUCKET, step.key);
        return;
      }
      const { body } = step;
      const stored = buckets.put(BUCKET, step.key, { body, size: body.length, etag: etagOf(body) });
      const { key, size, etag, versionId } = stored;
      const object = { key, size, etag, ...(versioning !== 'off' && { 'version-id': versionId }) };
      const policy = { maxObjectBytes: 1000, allowedTypes: ['*'], onInfected, maxWaitSeconds: 3600 };
      const event = { detail: { bucket: { name: BUCKET }, object }, policy };
      const deliveries = deliveredTwice[index] ? [event, event] : [event];
      const results = await Promise.all(deliveries.map((input) => machine.start(input).result));
      failed += results.filter(({ status }) => status !== 'SUCCEEDED').length;
    }),
  );
  await scheduler.waitFor(Promise.all(executions));
  return { left: contentsOf(BUCKET), quarantined: quarantined(), told, failed };
}

const CLEAN = { status: 'CLEAN', finding: null, type: 'text/plain', definitions: '1', activeContent: [] };

describe.each<Action>(['quarantine', 'delete'])('onInfected %s, in any order', (onInfected) => {
  it('rids the bucket of malware and of nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, fc.scheduler(), async (scripted, scheduler) => {
        const { left, quarantined, told, failed } = await play(scripted, onInfected, scheduler);
        expect(failed).toBe(0);
        expect(left.filter(({ body, tags }) => isInfected(body) || tags['scan-status'] !== 'CLEAN')).toEqual([]);
        if (scripted.versioning === 'enabled') {
          const harmless = scripted.steps.filter((step) => step.do === 'put' && !isInfected(step.body));
          expect(left).toHaveLength(harmless.length);
        }
        for (const { object, verdict, outcome } of told) {
          const acted = outcome.action === 'quarantine' || outcome.action === 'delete';
          if (acted) expect([verdict.status, outcome.action]).toEqual(['INFECTED', onInfected]);
          const body = CONTENTS.find((content) => etagOf(content) === object.etag) ?? '';
          if (outcome.action === 'quarantine') expect(quarantined).toContain(body);
        }
      }),
      { numRuns: 500 },
    );
  });
});
