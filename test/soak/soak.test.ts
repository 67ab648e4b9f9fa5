import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { S3EventDetail } from '../../emulator/s3/events.ts';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import { writeDefinition, writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { followMetrics } from '../../local/stack/metrics.ts';
import { Airlock, leftovers, type Upload } from '../support/airlock.ts';
import { seededChance } from '../support/chance.ts';
import { type ClamdProxy, startClamdProxy } from '../support/clamd-proxy.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { startEventsFaultProxy, startSnsFaultProxy } from '../support/notification-faults.ts';
import { type S3Request, startS3FaultProxy } from '../support/s3-faults.ts';
import { WaitingClock } from '../support/waiting-clock.ts';
import { activeAlarms, expectedAlarms, scansFailed } from './alarms.ts';
import { BUCKETS } from './buckets.ts';
import { followChange } from './changes.ts';
import { checkCopies } from './check-copies.ts';
import { checkExecutions } from './check-executions.ts';
import { checkNotFalselyClean, checkObjects } from './check-objects.ts';
import { checkRescans, summaryOf } from './check-rescans.ts';
import type { Failures } from './check-verdict.ts';
import { SLEEPER, SOAK_MAX_OBJECT_BYTES } from './contents.ts';
import { missing } from './effects.ts';
import { randomEngineFaults } from './faults/engine.ts';
import { type NotificationFaults, randomNotificationFaults } from './faults/notifications.ts';
import { randomQueueFaults } from './faults/queue.ts';
import { randomS3Faults } from './faults/s3.ts';
import { Ledger } from './ledger.ts';
import { Rescans } from './rescans.ts';
import { Storage } from './storage.ts';
import { type Message, sorted } from './told.ts';
import { Tries } from './tries.ts';
import { Uploads } from './uploads.ts';

/*
 * Many uploads while S3, SNS, EventBridge, the queue of scans, the network and the engine fail at random, malware being left, moved to
 * the quarantine or deleted, and rescans of the buckets running at the same time: every object ends with the right
 * verdict, or with ERROR, or its execution failed.
 * Then a new signature finds malware that was CLEAN until now. Each bucket is rescanned once under the same faults, then
 * without faults until nothing changes: all of that malware is tagged, in the quarantine or deleted, and nothing else is.
 * `SOAK_SEED` plays a run again, `SOAK_UPLOADS` sets its length. What depends on the order in which lanes get on
 * (which scans a killed engine had under way) may come out otherwise in a replay.
 */
const SEED = Number(process.env.SOAK_SEED || randomInt(2 ** 32));
const FULL_LENGTH = 2000;
const UPLOADS = Number(process.env.SOAK_UPLOADS || FULL_LENGTH);
const LANES = 8;
const MAX_MEMORY_BYTES = 2 ** 30;
/** Of one bucket without faults. When a version is removed, the one below it is the next to be found. */
const MOST_SWEEPS = 4;

const chance = seededChance(SEED);
const ledger = new Ledger();
const folder = mkdtempSync(join(tmpdir(), 'airlock-soak-'));
const definitions = join(folder, 'definitions');
const events: Message[] = [];
const tries = new Tries();
const clock = new WaitingClock();
const failures: Failures = { scan: new Set(), action: new Set() };
let faulty = true;
let proxies: Readonly<Record<'s3' | 'sns' | 'events', FaultProxy>>;
let notificationFaults: NotificationFaults;
let clamd: ClamdProxy;
let airlock: Airlock;
let unfollow: () => void;
let storage: Storage;
let uploads: Uploads;
let rescans: Rescans;

beforeAll(async () => {
  process.stderr.write(`soak: SOAK_SEED=${SEED} SOAK_UPLOADS=${UPLOADS}\n`);
  // Every fault gets to the state machine's retries, which wait no time here; the SDK's own would.
  process.env.AWS_MAX_ATTEMPTS = '1';
  notificationFaults = randomNotificationFaults(chance, ledger.count);
  const owner = {
    remove: (object: S3Request) => uploads.remove(object),
    replace: (object: S3Request) => uploads.replace(object),
  };
  proxies = {
    s3: await startS3FaultProxy({
      choose: whileFaulty(randomS3Faults(chance, owner, ledger.count)),
      onDone: checkTagging,
    }),
    sns: await startSnsFaultProxy(whileFaulty(notificationFaults.sns)),
    events: await startEventsFaultProxy(whileFaulty(notificationFaults.events)),
  };
  clamd = await startClamdProxy(folder, whileFaulty(randomEngineFaults(chance, ledger.count)));
  await writeEicarDefinitions(definitions);
  const queueFaults = whileFaulty(randomQueueFaults(chance, ledger.count));
  airlock = await Airlock.start({
    // An hour, so that a scan which is lost is missed soon.
    airlock: { buckets: BUCKETS, maxObjectBytes: SOAK_MAX_OBJECT_BYTES, engine: { maxWaitHours: 1 } },
    definitions,
    clock,
    onDeliverMessage: (...delivery) => queueFaults(...delivery) ?? 'deliver',
    onEvent(event) {
      if (event.source === 's3-airlock') events.push(event.detail as Message);
      else if (event.source === 'aws.s3') followChange(event, ledger, storage);
    },
    onExecution(execution, { stateMachine, startedBy }) {
      clock.running += 1;
      execution.result.finally(() => {
        clock.running -= 1;
      });
      if (stateMachine === 'rescan-bucket') return rescans.onExecution(execution);
      if (startedBy !== undefined) ledger.count('started by a rescan');
      execution.result.then((result) => followExecution(execution.input, result));
    },
    onInvoke(invocation) {
      tries.add(invocation);
      rescans.onInvoke(invocation);
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
  const { s3, endpoints, stack, alarms } = airlock.pipeline;
  clock.watch(airlock.pipeline);
  // The pipeline knows its functions by its own S3 endpoint. These have the proxy's.
  unfollow = followMetrics(alarms, ({ AWS_ENDPOINT_URL_S3 }) => AWS_ENDPOINT_URL_S3 === proxies.s3.endpoint);
  proxies.s3.forwardTo(s3.endpoint);
  proxies.sns.forwardTo(endpoints.sns);
  proxies.events.forwardTo(endpoints.eventBridge);
  const quarantine = stack.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('Quarantine'));
  storage = new Storage(s3, quarantine?.ref ?? '');
  const onStart = (upload: Upload) => rescans.sometimes(upload);
  uploads = new Uploads({ airlock, chance, ledger, count: UPLOADS, onStart });
  rescans = new Rescans({ pipeline: airlock.pipeline, chance, ledger, storage });
}, 60_000);

afterAll(async () => {
  clock.stop();
  unfollow();
  rescans.close();
  await airlock.close();
  await clamd.close();
  for (const proxy of Object.values(proxies)) await proxy.close();
  rmSync(folder, { recursive: true });
  expect(await leftovers()).toEqual([]);
});

it(`survives ${UPLOADS} uploads and rescans under faults`, async () => {
  const memory: number[] = [];
  const numbers = Array.from({ length: UPLOADS }, (_, n) => n).values();
  const lane = async () => {
    for (const n of numbers) {
      await uploads.one(n);
      memory.push(process.memoryUsage().rss);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await settle();

  await writeDefinition(definitions, 'sleeper', 'Sleeper', SLEEPER);
  ledger.wake();
  await Promise.all(BUCKETS.map(({ name }) => rescans.sweep(name)));
  await settle();
  faulty = false;
  await Promise.all(BUCKETS.map(({ name }) => sweepUntilRight(name)));
  await settle();
  checkMessages();
  checkObjects(ledger, storage, failures);
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
  // Nothing else: no event went to a dead-letter queue.
  expect(activeAlarms(airlock.pipeline)).toEqual(expectedAlarms(airlock.pipeline, ledger, rescans));
  if (UPLOADS >= FULL_LENGTH) expect(missing(ledger.counts)).toEqual([]);
}, 600_000);

function followExecution(input: unknown, result: ExecutionResult): void {
  const { bucket, object } = (input as { readonly detail: S3EventDetail }).detail;
  const upload = { bucket: bucket.name, key: object.key, versionId: object['version-id'], etag: object.etag ?? '' };
  ledger.ended.push({ upload, result });
  const rings = activeAlarms(airlock.pipeline).has(scansFailed(airlock.pipeline));
  if (rings !== ledger.failures() > 0) ledger.complain(upload, 'alarms rang or did not');
}

/** Waits until nothing is under way, then checks what has ended since the last time. */
async function settle(): Promise<void> {
  await rescans.idle();
  await airlock.pipeline.idle();
  const { verdicts, summaries } = sorted({ sns: published(), events });
  const { denied } = notificationFaults;
  const run = { ledger, storage, told: verdicts, summaries, failures, denied, rescans, tries };
  checkExecutions(run);
  checkRescans(run);
}

/** Each message is about something that happened, and its repetitions are the same. */
function checkMessages(): void {
  const { verdicts, summaries } = sorted({ sns: published(), events });
  verdicts.check(ledger, new Set([...ledger.ended.map(({ result }) => result.arn), ...rescans.scanIds()]));
  summaries.check(ledger, new Set(rescans.rounds.flatMap(({ runs }) => runs.map(({ arn }) => arn))));
}

/** Without faults nothing fails, and soon nothing changes. */
async function sweepUntilRight(bucket: string): Promise<void> {
  for (let sweeps = 1; ; sweeps += 1) {
    const { runs } = await rescans.sweep(bucket);
    const { status, changed = 0, failed } = runs.map(summaryOf)[0] ?? {};
    const about = { bucket, key: `sweep ${sweeps}` };
    if (status !== 'SUCCEEDED' || failed !== 0) ledger.complain(about, `${status}, ${failed} failed without a fault`);
    if (changed === 0) return;
    if (sweeps === MOST_SWEEPS) return ledger.complain(about, `changed ${changed} once more`);
  }
}

/** Chooses nothing once faults are over. */
function whileFaulty<Asked extends unknown[], Fault>(choose: (...asked: Asked) => Fault) {
  return (...asked: Asked) => (faulty ? choose(...asked) : undefined);
}

function checkTagging({ what, bucket, key, versionId }: S3Request): void {
  if (what !== 'PUT tagging' || versionId === undefined) return;
  const version = airlock.pipeline.s3.buckets.find(bucket, key, versionId);
  if (version !== undefined && !version.deleteMarker) checkNotFalselyClean(ledger, bucket, version);
}

function published(): Message[] {
  const received = airlock.pipeline.queues.byName('heard')?.messages() ?? [];
  return received.map(({ body }) => JSON.parse(JSON.parse(body).Message));
}
