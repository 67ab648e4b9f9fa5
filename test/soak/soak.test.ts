import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Notification } from '../../functions/domain/notification.ts';
import { Airlock, leftovers, type Upload } from '../support/airlock.ts';
import { seededChance } from '../support/chance.ts';
import { type ClamdProxy, ENGINE_FAULTS, startClamdProxy } from '../support/clamd-proxy.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import {
  EVENTS_FAULTS,
  SNS_FAULTS,
  startEventsFaultProxy,
  startSnsFaultProxy,
} from '../support/notification-faults.ts';
import { S3_FAULTS, type S3Request, startS3FaultProxy } from '../support/s3-faults.ts';
import { BUCKETS } from './buckets.ts';
import { followChange } from './changes.ts';
import { checkCopies } from './check-copies.ts';
import { checkExecutions } from './check-executions.ts';
import { checkNotFalselyClean, checkObjects } from './check-objects.ts';
import { SOAK_CONTENTS, SOAK_MAX_OBJECT_BYTES } from './contents.ts';
import { randomEngineFaults } from './faults/engine.ts';
import { type NotificationFaults, randomNotificationFaults } from './faults/notifications.ts';
import { randomS3Faults } from './faults/s3.ts';
import { Ledger } from './ledger.ts';
import { OWNERS } from './owners.ts';
import { Storage } from './storage.ts';
import { Told } from './told.ts';

/*
 * Many uploads while S3, SNS, EventBridge, the network and the engine fail at random, malware being left, moved to
 * the quarantine or deleted: every object ends with the right verdict, or with ERROR, or its execution failed.
 * `SOAK_SEED` plays a run again, `SOAK_UPLOADS` sets its length. What depends on the order in which lanes get on
 * (which scans a killed engine had under way) may come out otherwise in a replay.
 */
const SEED = Number(process.env.SOAK_SEED || randomInt(2 ** 32));
const UPLOADS = Number(process.env.SOAK_UPLOADS || 2000);
const LANES = 8;
const MAX_MEMORY_BYTES = 2 ** 30;
const FAULTS = [
  ...S3_FAULTS.map((fault) => `s3 ${fault}`),
  ...ENGINE_FAULTS.map((fault) => `engine ${fault}`),
  ...SNS_FAULTS.map((fault) => `sns ${fault}`),
  ...EVENTS_FAULTS.map((fault) => `events ${fault}`),
];
/** What the faults must have led to as well. */
const EFFECTS = [
  'Scan Failed: FAILED',
  'Action Failed: FAILED',
  'Notification Failed: FAILED',
  'told again by sns',
  'told again by events',
  'replaced at the last moment',
];

const chance = seededChance(SEED);
const ledger = new Ledger();
const folder = mkdtempSync(join(tmpdir(), 'airlock-soak-'));
const events: Notification[] = [];
/** Uploads that no lane waits for. */
const beside: Promise<void>[] = [];
let proxies: Readonly<Record<'s3' | 'sns' | 'events', FaultProxy>>;
let notificationFaults: NotificationFaults;
let clamd: ClamdProxy;
let airlock: Airlock;
let storage: Storage;

beforeAll(async () => {
  process.stderr.write(`soak: SOAK_SEED=${SEED} SOAK_UPLOADS=${UPLOADS}\n`);
  // Every fault gets to the state machine's retries, which wait no time here; the SDK's own would.
  process.env.AWS_MAX_ATTEMPTS = '1';
  notificationFaults = randomNotificationFaults(chance, ledger.count);
  proxies = {
    s3: await startS3FaultProxy({
      choose: randomS3Faults(chance, { remove, replace }, ledger.count),
      onDone: checkTagging,
    }),
    sns: await startSnsFaultProxy(notificationFaults.sns),
    events: await startEventsFaultProxy(notificationFaults.events),
  };
  clamd = await startClamdProxy(folder, randomEngineFaults(chance, ledger.count));
  airlock = await Airlock.start({
    airlock: { buckets: BUCKETS, maxObjectBytes: SOAK_MAX_OBJECT_BYTES },
    onEvent(event) {
      if (event.source === 's3-airlock') events.push(event.detail as Notification);
      else if (event.source === 'aws.s3') followChange(event, ledger, storage);
    },
    environment: {
      AWS_ENDPOINT_URL_S3: proxies.s3.endpoint,
      AWS_ENDPOINT_URL_SNS: proxies.sns.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: proxies.events.endpoint,
      CLAMD_PATH: clamd.binary,
      MAX_SCAN_MILLISECONDS: '3000',
      HUNG_MILLISECONDS: '500',
      SOCKET_TIMEOUT_MILLISECONDS: '1000',
    },
  });
  const { s3, endpoints, stack } = airlock.pipeline;
  proxies.s3.forwardTo(s3.endpoint);
  proxies.sns.forwardTo(endpoints.sns);
  proxies.events.forwardTo(endpoints.eventBridge);
  const quarantine = stack.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('Quarantine'));
  storage = new Storage(s3, quarantine?.ref ?? '');
}, 60_000);

afterAll(async () => {
  await airlock.close();
  await clamd.close();
  for (const proxy of Object.values(proxies)) await proxy.close();
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
  while (beside.length > 0) await Promise.all(beside.splice(0));
  await airlock.pipeline.idle();
  const told = new Told({ sns: published(), events });
  told.check(ledger);
  checkObjects(ledger, storage, checkExecutions({ ledger, storage, told, denied: notificationFaults.denied }));
  await checkCopies(ledger, storage);

  const { user, system } = process.cpuUsage();
  const report = {
    cpuSeconds: Math.round((user + system) / 1e6),
    memoryMiB: Math.round(Math.max(...memory) / 2 ** 20),
  };
  process.stderr.write(`soak: ${JSON.stringify({ ...report, ...ledger.counts })}\n`);

  expect(ledger.wrong).toEqual([]);
  expect(airlock.temporaryFiles()).toEqual([]);
  expect(airlock.engines().length).toBeLessThanOrEqual(1);
  expect(Math.max(...memory)).toBeLessThan(MAX_MEMORY_BYTES);
  // Nothing rang but for executions that failed: no event went to a dead-letter queue.
  const rung = airlock.pipeline.alarms
    .rung()
    .map((id) => airlock.pipeline.stack.resources.get(id)?.properties.MetricName);
  expect(new Set(rung)).toEqual(new Set(ledger.failures() > 0 ? ['ExecutionsFailed'] : []));
  // A run of the full length without one of these would prove less than it says.
  if (UPLOADS >= 2000) expect([...FAULTS, ...EFFECTS].filter((what) => !ledger.counts[what])).toEqual([]);
}, 600_000);

/** One upload to its end, and now and then what its owner does to it meanwhile or afterwards. */
async function uploadOne(n: number, replacing?: string): Promise<void> {
  const { bucket, key, versionId, end } = await begin(n, replacing);
  const meanwhile = chance.of('meanwhile', n);
  if (meanwhile < 0.04) await remove({ bucket, key, versionId: meanwhile < 0.02 ? versionId : undefined });
  else if (meanwhile < 0.12 && replacing === undefined) await uploadOne(n + UPLOADS, key);
  await end;
  if (meanwhile > 0.95 && replacing === undefined) await uploadOne(n + 2 * UPLOADS, key);
}

/** Numbers of their own keep every content apart from every other. */
async function begin(n: number, replacing?: string): Promise<Upload & { readonly end: Promise<void> }> {
  const extension = replacing?.split('.').at(-1);
  const fitting = SOAK_CONTENTS.filter((kind) => extension === undefined || kind.extension === extension);
  const kind = chance.pick(fitting, 'content', n);
  const key = replacing ?? `folder ${n % 7}/ü+${n}.${kind.extension}`;
  const { name: bucket } = chance.pick(BUCKETS, 'bucket', key);
  const content = await kind.content(n);
  ledger.expect(bucket, key, content, kind.expected);
  const upload = await airlock.begin(key, content, { bucket, ...OWNERS.put });
  const end = upload.execution.result.then((result) => {
    ledger.ended.push({ upload, result });
    const rings = airlock.pipeline.alarms.rung().length > 0;
    if (rings !== ledger.failures() > 0) ledger.complain(upload, 'alarms rang or did not');
  });
  return { ...upload, end };
}

async function replace({ key }: S3Request): Promise<void> {
  ledger.count('replaced at the last moment');
  const { end } = await begin(3 * UPLOADS + (ledger.counts['replaced at the last moment'] ?? 0), key);
  beside.push(end);
}

function remove({ bucket, key, versionId }: Pick<S3Request, 'bucket' | 'key' | 'versionId'>): Promise<void> {
  const address = { bucket, key, versionId };
  return ledger.deleteAsOwner(address, () => airlock.delete(address));
}

function checkTagging({ what, bucket, key, versionId }: S3Request): void {
  if (what !== 'PUT tagging' || versionId === undefined) return;
  const version = airlock.pipeline.s3.buckets.find(bucket, key, versionId);
  if (version !== undefined && !version.deleteMarker) checkNotFalselyClean(ledger, bucket, version);
}

function published(): Notification[] {
  const received = airlock.pipeline.queues.inspectQueue('heard')?.messages.ready ?? [];
  return received.map(({ body }) => JSON.parse(JSON.parse(body).Message));
}
