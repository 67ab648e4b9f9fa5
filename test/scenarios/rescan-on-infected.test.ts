import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BusEvent } from '../../emulator/event-bridge/event.ts';
import type { Version } from '../../emulator/s3/versions.ts';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import type { Notification } from '../../functions/domain/notification.ts';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import { ON_INFECTED, type ScanPolicy } from '../../functions/domain/scan-policy.ts';
import { eicar, windowsExecutable } from '../../local/samples.ts';
import { Airlock, leftovers } from '../support/airlock.ts';

/*
 * What a rescan does about malware that was CLEAN until now, for each `onInfected`, with versions and without, under
 * the deployed roles and policies. Judged by what the buckets hold afterwards and by what receivers got.
 */
const CLEAN = { 'scan-status': 'CLEAN', 'scan-time': '2026-11-01T00:00:00.000Z', 'scan-definitions': '1' };
const OWNERS_TEN = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`owner-${index}`, 'x']));

interface Case {
  readonly name: string;
  readonly onInfected: ScanPolicy['onInfected'];
  readonly versioned: boolean;
}

const CASES: readonly Case[] = ON_INFECTED.flatMap((onInfected) =>
  [true, false].map((versioned) => ({
    name: `${onInfected}-${versioned ? 'versions' : 'plain'}`,
    onInfected,
    versioned,
  })),
);
const MOVING = CASES.filter(({ onInfected }) => onInfected !== 'tag');

let airlock: Airlock;
let quarantine: string;
const events: BusEvent[] = [];

beforeAll(async () => {
  airlock = await Airlock.start({ airlock: { buckets: CASES }, onEvent: (event) => void events.push(event) });
  const buckets = airlock.pipeline.stack.ofType('AWS::S3::Bucket');
  quarantine = buckets.find(({ logicalId }) => logicalId.startsWith('Quarantine'))?.ref ?? '';
});
beforeEach(() => {
  airlock.beforeInvocation(undefined);
  events.length = 0;
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const identity = ({ key, versionId, ...version }: Version<unknown>) => ({
  key,
  versionId,
  etag: version.deleteMarker ? undefined : version.etag,
  tags: version.deleteMarker ? undefined : version.tags,
});
const store = () => airlock.pipeline.s3.buckets;
const seed = (bucket: string, key: string, content: string | Buffer, tags: Record<string, string> = CLEAN) =>
  airlock.pipeline.s3.seed(bucket, key, content, { tags });

/** All versions and delete markers of the key, newest first. */
const versionsOf = (bucket: string, key: string) => store().listVersions(bucket, { prefix: key }).entries.map(identity);
const copiesOf = (bucket: string, key: string) => versionsOf(quarantine, `${bucket}/${key}/`);

/** A test's objects have a folder of their own, which alone is rescanned. */
async function rescan(bucket: string, prefix: string, input: object = {}): Promise<ExecutionResult> {
  const { outputs } = airlock.pipeline.stack;
  const arn = outputs.find(({ key }) => key === 'RescanBucketArn')?.value ?? '';
  return airlock.pipeline.start(arn, { bucket, prefix, strategy: 'all', ...input }).result;
}

const summaryOf = ({ output, status, error, cause }: ExecutionResult): RescanSummary => {
  if (status !== 'SUCCEEDED') throw new Error(`${status}: ${error}: ${cause}`);
  return output as RescanSummary;
};

const toldOf = (key: string) =>
  events
    .filter(({ 'detail-type': type }) => type === 'Object Scan Completed')
    .map(({ detail }) => detail as Notification)
    .filter((notification) => notification.key === key);

describe.each(CASES)('a rescan of $name', ({ name, onInfected, versioned }) => {
  it(`finds malware that was CLEAN, does with it what \`${onInfected}\` says, and reports it`, async () => {
    if (versioned) await seed(name, 'found/bad.txt', 'an older version that is well');
    await seed(name, 'found/bad.txt', eicar(), { ...CLEAN, owner: 'me' });
    await seed(name, 'found/good.txt', 'all is well');
    const older = versionsOf(name, 'found/bad.txt').slice(1);
    const { etag, versionId } = store().get(name, 'found/bad.txt');

    const summary = summaryOf(await rescan(name, 'found/'));
    expect(summary).toMatchObject({ listed: 2, scanned: 2, changed: 1, infected: 1, failed: 0, skipped: {} });

    const left = versionsOf(name, 'found/bad.txt');
    if (onInfected === 'tag') {
      expect(left).toHaveLength(older.length + 1);
      expect(left[0]).toMatchObject({ etag, tags: { owner: 'me', 'scan-status': 'INFECTED' } });
    } else {
      // Exactly that version: earlier ones stay, and no delete marker hides them.
      expect(left).toEqual(older);
    }
    const copies = copiesOf(name, 'found/bad.txt');
    expect(copies).toHaveLength(onInfected === 'quarantine' ? 1 : 0);
    if (onInfected === 'quarantine') {
      expect(copies[0]).toMatchObject({
        key: `${name}/found/bad.txt/${versioned ? versionId : etag}`,
        etag,
        tags: { owner: 'me', 'scan-status': 'INFECTED' },
      });
    }
    expect(store().get(name, 'found/good.txt').tags).toEqual(CLEAN);
    expect(toldOf('found/bad.txt')).toMatchObject([
      {
        bucket: name,
        status: 'INFECTED',
        action: onInfected,
        tagged: true,
        etag,
        version: versioned ? versionId : null,
      },
    ]);
    expect(toldOf('found/good.txt')).toEqual([]);
  });

  it('does the same where the owner’s ten tags leave no room for a verdict', async () => {
    await seed(name, 'full/bad.txt', eicar(), OWNERS_TEN);
    const summary = summaryOf(await rescan(name, 'full/'));
    expect(summary).toMatchObject({ listed: 1, scanned: 1, changed: 1, infected: 1, failed: 0 });
    expect(versionsOf(name, 'full/bad.txt')).toHaveLength(onInfected === 'tag' ? 1 : 0);
    expect(copiesOf(name, 'full/bad.txt')).toHaveLength(onInfected === 'quarantine' ? 1 : 0);
    const action = onInfected === 'tag' ? 'none' : onInfected;
    expect(toldOf('full/bad.txt')).toMatchObject([{ status: 'INFECTED', action, tagged: false }]);
    if (onInfected === 'tag') expect(store().get(name, 'full/bad.txt').tags).toEqual(OWNERS_TEN);
  });

  it('leaves what is only REJECTED where it is', async () => {
    await seed(name, 'refused/setup.exe', windowsExecutable());
    expect(summaryOf(await rescan(name, 'refused/'))).toMatchObject({ scanned: 1, changed: 1, infected: 0, failed: 0 });
    expect(versionsOf(name, 'refused/')).toMatchObject([{ tags: { 'scan-status': 'REJECTED' } }]);
    expect(copiesOf(name, 'refused/setup.exe')).toEqual([]);
    expect(toldOf('refused/setup.exe')).toMatchObject([{ status: 'REJECTED', action: 'tag' }]);
  });
});

describe.each(MOVING)('malware that a rescan found in $name', ({ name, onInfected, versioned }) => {
  const [first = ''] = onInfected === 'quarantine' ? ['quarantine-object'] : ['delete-object'];
  const TASKS = onInfected === 'quarantine' ? ['quarantine-object', 'delete-object'] : ['delete-object'];

  it.each(TASKS)('counts as failed and is reported as still there when %s is refused', async (task) => {
    await seed(name, `refused-${task}/bad.txt`, eicar());
    await seed(name, `refused-${task}/good.txt`, 'all is well');
    airlock.beforeInvocation(({ task: invoked }) => {
      if (invoked === task) throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    });
    const summary = summaryOf(await rescan(name, `refused-${task}/`, { toleratedFailurePercentage: 50 }));
    expect(summary).toMatchObject({ listed: 2, scanned: 1, failed: 1, changed: 1, infected: 1 });
    expect(versionsOf(name, `refused-${task}/bad.txt`)).toMatchObject([{ tags: { 'scan-status': 'INFECTED' } }]);
    expect(toldOf(`refused-${task}/bad.txt`)).toMatchObject([{ status: 'INFECTED', action: 'tag', tagged: true }]);
  });

  it('stays counted as failed when nobody could be notified of that either', async () => {
    await seed(name, 'unheard/bad.txt', eicar());
    airlock.beforeInvocation(({ task }) => {
      if (task === first || task === 'notify') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    });
    const summary = summaryOf(await rescan(name, 'unheard/', { toleratedFailurePercentage: 100 }));
    expect(summary).toMatchObject({ listed: 1, scanned: 0, failed: 1, changed: 1, infected: 1 });
    expect(versionsOf(name, 'unheard/bad.txt')).toMatchObject([{ tags: { 'scan-status': 'INFECTED' } }]);
  });

  it.each(TASKS)('is never taken for what is put in its place before %s', async (task) => {
    const key = `replaced-${task}/bad.txt`;
    await seed(name, key, eicar());
    const bad = store().get(name, key);
    airlock.meddleBefore(task, key, () => seed(name, key, 'all is well'));
    const summary = summaryOf(await rescan(name, `replaced-${task}/`));
    expect(summary).toMatchObject({ listed: 1, scanned: 1, changed: 1, infected: 1, failed: 0 });
    const left = versionsOf(name, key);
    expect(left[0]?.etag).not.toBe(bad.etag);
    expect(left).toHaveLength(1);
    const copied = onInfected === 'quarantine' && (versioned || task === 'delete-object');
    expect(copiesOf(name, key)).toHaveLength(copied ? 1 : 0);
    // Without versions the overwrite removed it, not the pipeline.
    const action = versioned || copied ? onInfected : 'tag';
    expect(toldOf(key)).toMatchObject([{ status: 'INFECTED', action, etag: bad.etag }]);
  });

  it('that its owner deletes first is reported, and nothing else is deleted', async () => {
    await seed(name, 'gone/bad.txt', eicar());
    const { versionId } = store().get(name, 'gone/bad.txt');
    airlock.meddleBefore(first, 'gone/bad.txt', async () => store().delete(name, 'gone/bad.txt', versionId));
    expect(summaryOf(await rescan(name, 'gone/'))).toMatchObject({ scanned: 1, changed: 1, infected: 1, failed: 0 });
    expect(versionsOf(name, 'gone/bad.txt')).toEqual([]);
    expect(copiesOf(name, 'gone/bad.txt')).toEqual([]);
    // What is gone already counts as deleted; as quarantined it does not, without a copy.
    const action = onInfected === 'delete' ? 'delete' : 'tag';
    expect(toldOf('gone/bad.txt')).toMatchObject([{ status: 'INFECTED', action }]);
  });
});
