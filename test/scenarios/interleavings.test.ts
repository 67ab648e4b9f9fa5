import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Buckets, type StoredObject, type Versioning } from '../../emulator/s3/buckets.ts';
import { sha256 } from '../../functions/adapters/process/digest.ts';
import { digestOfHeaders } from '../../functions/domain/confirmed-verdict.ts';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import { StorageUnavailable } from '../../functions/domain/errors.ts';
import { toObjectReference } from '../../functions/domain/object-reference.ts';
import { CheckFileTypeInput, ScanObjectInput } from '../../functions/domain/payloads.ts';
import { NO_HEADERS } from '../../functions/domain/ports.ts';
import { findCurrentObject } from '../../functions/handlers/find-current-object.ts';
import { tagObject } from '../../functions/handlers/tag-object.ts';
import { task } from '../../functions/handlers/task.ts';
import { etagOf, inProcessStore } from '../support/in-process-store.ts';
import { scanUploadMachine, type Tasks } from '../support/scan-upload-machine.ts';

/*
 * The invariant of docs/architecture.md: once everything is idle, no object is CLEAN whose current bytes
 * were not scanned clean, and no object is without a verdict. Real ASL, real Tag Object and Find Current
 * Object, the local S3 server's own semantics; only the engine is scripted: it calls content infected that
 * says so, and what is stored as a page is refused. fast-check decides which actor takes the next step.
 */
const BUCKET = 'uploads';
const POLICY = { maxObjectBytes: 1000, allowedTypes: ['*'], onInfected: 'tag', maxWaitSeconds: 3600 };

type Step =
  | { readonly do: 'put'; readonly key: string; readonly infected: boolean; readonly ownersTags: number }
  /** The same bytes each time, stored as another type. */
  | { readonly do: 'put again'; readonly key: string; readonly type: 'text/plain' | 'text/html' }
  | { readonly do: 'delete'; readonly key: string };

const key = fc.constantFrom('a', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, infected: fc.boolean(), ownersTags: fc.nat(9) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('put again' as const),
      key,
      type: fc.constantFrom('text/plain' as const, 'text/html' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
);

interface Case {
  readonly versioning: Versioning;
  readonly steps: readonly Step[];
  readonly deliveredTwice: readonly boolean[];
  /** What goes wrong at the n-th call: it fails before or after it took effect. Fewer than Tag Object has retries. */
  readonly faults: ReadonlyMap<number, 'before' | 'after'>;
}

const anyCase: fc.Arbitrary<Case> = fc.record({
  versioning: fc.constantFrom<Versioning>('enabled', 'off', 'suspended'),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  deliveredTwice: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  faults: fc
    .array(fc.tuple(fc.nat(40), fc.constantFrom('before' as const, 'after' as const)), { maxLength: 5 })
    .map((faults) => new Map(faults)),
});

type Objects = readonly StoredObject<string>[];

/** Runs everything, then returns what the bucket holds; `watch` checks it after every call. */
async function play(
  { versioning, steps, deliveredTwice, faults }: Case,
  scheduler: fc.Scheduler,
  watch: (objects: Objects) => void = () => undefined,
): Promise<Objects> {
  const buckets = new Buckets<string>();
  buckets.createBucket(BUCKET, { versioning });
  const objects = () =>
    buckets.listVersions(BUCKET).entries.filter((version) => !version.deleteMarker) as readonly StoredObject<string>[];
  let calls = 0;
  const store = inProcessStore(
    buckets,
    async (call) => {
      await scheduler.schedule(Promise.resolve(), call);
      calls += 1;
      if (faults.get(calls) === 'before') throw new StorageUnavailable('scripted fault');
    },
    async () => {
      watch(objects());
      if (faults.get(calls) === 'after') throw new StorageUnavailable('scripted fault');
    },
  );
  const checkScripted = task(CheckFileTypeInput, async ({ bucket, object }) => {
    let stored = NO_HEADERS;
    await store.readRange(toObjectReference(bucket, object), 0, 0, (answered) => {
      stored = answered;
    });
    const headers = digestOfHeaders(stored, sha256);
    const refused = { ...CLEAN, status: 'REJECTED', finding: 'Scripted', definitions: null, headers, scanTime: now() };
    return { type: 'text/plain', headers, rejection: stored.contentType === 'text/html' ? refused : null };
  });
  const scanScripted = task(ScanObjectInput, async ({ bucket, object, headers }) => {
    const content = Buffer.from(
      await store.readRange(toObjectReference(bucket, object), 0, object.size - 1),
    ).toString();
    const infected = content.includes('infected');
    return { ...CLEAN, ...(infected && { status: 'INFECTED', finding: 'Scripted' }), headers, scanTime: now() };
  });
  let ticks = 0;
  const now = () => new Date(Date.UTC(2026, 0, 1) + ticks++).toISOString();
  const tasks: Tasks = {
    CheckFileType: checkScripted,
    ScanObject: scanScripted,
    TagObject: tagObject(store, airlock),
    FindCurrentObject: findCurrentObject(store),
    Notify: async () => ({}),
  };
  const machine = scanUploadMachine(tasks);

  const executions: Promise<unknown>[] = [];
  for (const [index, step] of steps.entries()) {
    executions.push(
      scheduler.schedule(Promise.resolve(), `step ${index}`).then(async () => {
        if (step.do === 'delete') {
          buckets.delete(BUCKET, step.key);
          return;
        }
        const body = step.do === 'put again' ? 'harmless' : `${step.infected ? 'infected' : 'harmless'} ${index}`;
        const length = ownersTagsOf(step);
        const tags = Object.fromEntries(Array.from({ length }, (_, tag) => [`owner-${tag}`, 'x']));
        const headers = { 'content-type': step.do === 'put again' ? step.type : 'text/plain' };
        const attributes = { storageClass: 'STANDARD', headers, customerKeyMd5: undefined };
        const stored = buckets.put(BUCKET, step.key, { body, size: body.length, etag: etagOf(body), tags, attributes });
        const { key, size, etag, versionId } = stored;
        const object = { key, size, etag, ...(versioning !== 'off' && { 'version-id': versionId }) };
        const event = { detail: { bucket: { name: BUCKET }, object }, policy: POLICY };
        const deliveries = deliveredTwice[index] ? [event, event] : [event];
        await Promise.all(deliveries.map((input) => machine.start(input).result));
      }),
    );
  }
  await scheduler.waitFor(Promise.all(executions));
  return objects();
}

const CLEAN = { status: 'CLEAN', finding: null, type: 'text/plain', definitions: '1', activeContent: [] };

describe('uploads, overwrites, deletes and executions in any order', () => {
  it('leave every object with the right verdict on its own bytes', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, fc.scheduler(), async (scripted, scheduler) => {
        for (const { body, tags, attributes } of await play(scripted, scheduler)) {
          const page = attributes.headers['content-type'] === 'text/html';
          expect(tags['scan-status']).toBe(body.startsWith('infected') ? 'INFECTED' : page ? 'REJECTED' : 'CLEAN');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('never drop a tag of the owner’s from a version', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, fc.scheduler(), async (scripted, scheduler) => {
        for (const { body, tags } of await play({ ...scripted, versioning: 'enabled' }, scheduler)) {
          if (body === 'harmless') continue;
          const owners = Object.keys(tags).filter((tag) => tag.startsWith('owner-'));
          expect(owners).toHaveLength(scripted.steps.map(ownersTagsOf)[Number(body.split(' ')[1])] ?? Number.NaN);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never show CLEAN on an infected version, not even in between', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, fc.scheduler(), async (scripted, scheduler) => {
        await play({ ...scripted, versioning: 'enabled' }, scheduler, (objects) => {
          for (const { body, tags } of objects) {
            if (body.startsWith('infected')) expect(tags['scan-status']).not.toBe('CLEAN');
          }
        });
      }),
      { numRuns: 500 },
    );
  });
});

function ownersTagsOf(step: Step): number {
  return step.do === 'put' ? step.ownersTags : 0;
}
