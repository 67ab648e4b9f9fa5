import { createHash, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Notification } from '../../functions/domain/notification.ts';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import type { StoredObject } from '../../local/s3/buckets.ts';
import type { ExecutionResult } from '../../local/step-functions/state-machine.ts';
import { Airlock, leftovers, UNVERSIONED, type Upload, VERSIONED } from '../support/airlock.ts';
import { seededChance } from '../support/chance.ts';
import { type ClamdProxy, ENGINE_FAULTS, startClamdProxy } from '../support/clamd-proxy.ts';
import { type FaultProxy, type ProxiedRequest, S3_FAULTS, startFaultProxy } from '../support/fault-proxy.ts';
import { SOAK_CONTENTS, SOAK_MAX_OBJECT_BYTES } from './contents.ts';
import { randomFaults } from './faults.ts';

/*
 * Many uploads while S3, the network and the engine fail at random: every object ends with the right verdict, or
 * with ERROR and somebody told. `SOAK_SEED` plays a run again, `SOAK_UPLOADS` sets its length. What depends on the
 * order in which lanes get on (which scans a killed engine had under way) may come out otherwise in a replay.
 */
const SEED = Number(process.env.SOAK_SEED || randomInt(2 ** 32));
const UPLOADS = Number(process.env.SOAK_UPLOADS || 2000);
const LANES = 8;
const MAX_MEMORY_BYTES = 2 ** 30;

interface Ended {
  readonly upload: Upload;
  readonly result: ExecutionResult;
}

const chance = seededChance(SEED);
const folder = mkdtempSync(join(tmpdir(), 'airlock-soak-'));
const counts: Record<string, number> = {};
/** By bucket, key and ETag. */
const expected = new Map<string, ScanStatus>();
const deleted = new Set<string>();
const ended: Ended[] = [];
const wrong: string[] = [];
let proxy: FaultProxy;
let clamd: ClamdProxy;
let airlock: Airlock;

beforeAll(async () => {
  process.stderr.write(`soak: SOAK_SEED=${SEED} SOAK_UPLOADS=${UPLOADS}\n`);
  // Every fault gets to the state machine's retries, which wait no time here; the SDK's own would.
  process.env.AWS_MAX_ATTEMPTS = '1';
  const faults = randomFaults(chance, remove, count);
  proxy = await startFaultProxy({ choose: faults.s3, onDone: checkVersion });
  clamd = await startClamdProxy(folder, faults.engine);
  airlock = await Airlock.start({
    airlock: {
      buckets: [{ name: VERSIONED }, { name: UNVERSIONED, versioned: false }],
      maxObjectBytes: SOAK_MAX_OBJECT_BYTES,
    },
    environment: {
      AWS_ENDPOINT_URL_S3: proxy.endpoint,
      CLAMD_PATH: clamd.binary,
      MAX_SCAN_MILLISECONDS: '3000',
      HUNG_MILLISECONDS: '500',
      SOCKET_TIMEOUT_MILLISECONDS: '1000',
    },
  });
  proxy.forwardTo(airlock.pipeline.s3.endpoint);
}, 60_000);

afterAll(async () => {
  await airlock.close();
  await clamd.close();
  await proxy.close();
  rmSync(folder, { recursive: true });
  expect(await leftovers()).toEqual([]);
});

it(`survives ${UPLOADS} uploads under faults`, async () => {
  const memory: number[] = [];
  const numbers = Array.from({ length: UPLOADS }, (_, n) => n).values();
  const lane = async () => {
    for (const n of numbers) {
      await uploadOne(n);
      memory.push(process.memoryUsage().rss);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await airlock.pipeline.idle();
  checkObjects(checkExecutions());

  const { user, system } = process.cpuUsage();
  const report = {
    cpuSeconds: Math.round((user + system) / 1e6),
    memoryMiB: Math.round(Math.max(...memory) / 2 ** 20),
  };
  process.stderr.write(`soak: ${JSON.stringify({ ...report, ...counts })}\n`);

  expect(wrong).toEqual([]);
  expect(airlock.temporaryFiles()).toEqual([]);
  expect(airlock.engines().length).toBeLessThanOrEqual(1);
  expect(Math.max(...memory)).toBeLessThan(MAX_MEMORY_BYTES);
  // Nothing rang but for executions that failed: no event went to a dead-letter queue.
  const rung = airlock.pipeline.alarms
    .rung()
    .map((id) => airlock.pipeline.stack.resources.get(id)?.properties.MetricName);
  expect(new Set(rung)).toEqual(new Set(failures() > 0 ? ['ExecutionsFailed'] : []));
  // A run of the full length without one of these would prove less than it says.
  if (UPLOADS >= 2000) expect([...S3_FAULTS, ...ENGINE_FAULTS].filter((fault) => !counts[fault])).toEqual([]);
}, 600_000);

/** One upload to its end, and now and then what its owner does to it meanwhile or afterwards. */
async function uploadOne(n: number, replacing?: string): Promise<void> {
  const extension = replacing?.split('.').at(-1);
  const fitting = SOAK_CONTENTS.filter((kind) => extension === undefined || kind.extension === extension);
  const kind = chance.pick(fitting, 'content', n);
  const key = replacing ?? `folder ${n % 7}/ü+${n}.${kind.extension}`;
  const bucket = chance.pick([VERSIONED, UNVERSIONED], 'bucket', key);
  const content = await kind.content(n);
  expected.set(nameOf(bucket, key, createHash('md5').update(content).digest('hex')), kind.expected);
  const upload = await airlock.begin(key, content, { bucket });
  const end = upload.execution.result.then((result) => {
    ended.push({ upload, result });
    if (airlock.pipeline.alarms.rung().length > 0 !== failures() > 0) wrong.push(`${key}: alarms rang or did not`);
  });
  const meanwhile = chance.of('meanwhile', n);
  if (meanwhile < 0.04) await remove({ bucket, key, versionId: meanwhile < 0.02 ? upload.versionId : undefined });
  // Numbers of their own keep every content apart from every other.
  else if (meanwhile < 0.12 && replacing === undefined) await uploadOne(n + UPLOADS, key);
  await end;
  if (meanwhile > 0.95 && replacing === undefined) await uploadOne(n + 2 * UPLOADS, key);
}

async function remove({ bucket, key, versionId }: Pick<Upload, 'bucket' | 'key' | 'versionId'>): Promise<void> {
  count('deleted');
  deleted.add(nameOf(bucket, key, versionId));
  await airlock.delete({ bucket, key, versionId });
}

/** A version's content never changes, so a wrong CLEAN is wrong from its first moment. */
function checkVersion({ what, bucket, key, versionId }: ProxiedRequest): void {
  if (what !== 'PUT tagging' || versionId === undefined) return;
  const version = airlock.pipeline.s3.buckets.find(bucket, key, versionId);
  if (version !== undefined && !version.deleteMarker) checkNotFalselyClean(bucket, version);
}

function checkNotFalselyClean(bucket: string, { key, etag, tags }: StoredObject<unknown>): void {
  const right = expected.get(nameOf(bucket, key, etag));
  if (tags['scan-status'] === 'CLEAN' && right !== 'CLEAN') wrong.push(`${bucket} ${key}: CLEAN, not ${right}`);
}

/** Every one was told of, truly, or ended for want of an object. Gives the keys whose ERROR was told, and what their tags may say. */
function checkExecutions(): ReadonlySet<string> {
  const told = notifications();
  const errorsTold = new Set<string>();
  for (const { upload, result } of ended) {
    const { bucket, key, versionId } = upload;
    const last = result.states.at(-1) ?? '';
    count(`${last}: ${result.status}`);
    for (const [state, retries] of Object.entries(result.retries)) count(`retries of ${state}`, retries);
    if (last === 'Object Gone') {
      const gone = deleted.has(nameOf(bucket, key, versionId)) || deleted.has(nameOf(bucket, key, undefined));
      if (!gone) wrong.push(`${key}: taken for gone, though nobody deleted it`);
      continue;
    }
    const messages = told.get(result.arn) ?? [];
    if (messages.length === 0) wrong.push(`${key}: nobody was told`);
    for (const { status, etag, tagged } of messages) {
      const failed = status === 'ERROR';
      if (failed !== (result.status === 'FAILED')) wrong.push(`${key}: ${result.status}, but told ${status}`);
      if (failed) errorsTold.add(nameOf(bucket, key, 'ERROR')).add(nameOf(bucket, key, tagged ? 'ERROR' : undefined));
      else if (status !== expected.get(nameOf(bucket, key, etag))) wrong.push(`${key}: told ${status}`);
    }
  }
  return errorsTold;
}

/** Every object that is there has the right verdict, or none but ERROR and somebody was told. */
function checkObjects(errorsTold: ReadonlySet<string>): void {
  for (const name of [VERSIONED, UNVERSIONED]) {
    for (const version of [...airlock.pipeline.s3.buckets.bucket(name).versions.values()].flat()) {
      if (version.deleteMarker) continue;
      checkNotFalselyClean(name, version);
      const status = version.tags['scan-status'];
      count(status ?? 'untagged');
      if (status === expected.get(nameOf(name, version.key, version.etag))) continue;
      if (!errorsTold.has(nameOf(name, version.key, status))) wrong.push(`${name} ${version.key}: ${status}`);
    }
  }
}

function notifications(): ReadonlyMap<string, readonly Notification[]> {
  const received = airlock.pipeline.queues.inspectQueue('heard')?.messages.ready ?? [];
  return Map.groupBy(
    received.map(({ body }) => JSON.parse(JSON.parse(body).Message) as Notification),
    ({ scanId }) => scanId,
  );
}

function failures(): number {
  return ended.filter(({ result }) => result.status !== 'SUCCEEDED').length;
}

function nameOf(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}

function count(what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by;
}
