import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { eicar } from '../../local/samples.ts';
import { OPERATOR } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, objectOf } from '../support/airlock.ts';

/** `securityHub: true`, with the deployed roles and policies. */
const [KEPT, MOVED, DELETED, COPIED, OVERWRITTEN] = ['kept', 'moved', 'deleted', 'copied', 'overwritten'];
const MISTAKEN = { status: 'INFECTED', finding: 'Taken.For.Malware' };
let airlock: Airlock;
let client: SecurityHubClient;
beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: {
      securityHub: true,
      notify: { sns: ['CLEAN'], events: [] },
      buckets: [
        { name: KEPT },
        { name: MOVED, onInfected: 'quarantine' },
        { name: DELETED, onInfected: 'delete', versioned: false },
        { name: OVERWRITTEN, versioned: false },
        { name: COPIED, onClean: { copyTo: { bucket: 'clean-copies' } } },
      ],
    },
  });
  client = new SecurityHubClient({
    ...{ endpoint: airlock.pipeline.endpoints.securityHub, region: 'us-east-1' },
    credentials: { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'local' },
  });
}, 60_000);
afterAll(async () => {
  client.destroy();
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

async function findings() {
  const { Findings = [] } = await client.send(new GetFindingsCommand({ MaxResults: 100 }));
  return Findings.map(({ Resources: [object] = [], RecordState, Malware: [malware] = [] }) =>
    [object?.Id?.replace('arn:aws:s3:::', ''), RecordState, malware?.Name, malware?.State].join(' '),
  ).sort();
}

it('has a finding of malware as long as it is there', async () => {
  await airlock.upload('clean.txt', 'a note', { bucket: KEPT });
  for (const bucket of [KEPT, MOVED, DELETED]) await airlock.upload('eicar.txt', eicar(), { bucket });
  const name = 'Eicar-Test-Signature.UNOFFICIAL';
  expect(await findings()).toEqual([
    `${DELETED}/eicar.txt ARCHIVED ${name} REMOVED`,
    `${KEPT}/eicar.txt ACTIVE ${name} OBSERVED`,
    `${MOVED}/eicar.txt ARCHIVED ${name} REMOVED`,
  ]);

  // Where there are no versions, what is CLEAN now has replaced the malware.
  await airlock.upload('overwritten.txt', eicar(), { bucket: OVERWRITTEN });
  expect(await findings()).toContain(`${OVERWRITTEN}/overwritten.txt ACTIVE ${name} OBSERVED`);
  await airlock.upload('overwritten.txt', 'a note', { bucket: OVERWRITTEN });
  expect(await findings()).toContain(`${OVERWRITTEN}/overwritten.txt ARCHIVED  `);

  // A rescan takes back what is none, also where its first attempt to write the tags does not hear of its success.
  for (const bucket of [KEPT, COPIED]) {
    airlock.beforeInvocation(({ task, payload }) => {
      if (!['tag-object', 'notify'].includes(task)) return;
      Object.assign(payload as object, { verdict: { ...(payload as { verdict: object }).verdict, ...MISTAKEN } });
    });
    await airlock.upload('taken-back.txt', 'a note', { bucket });
    expect(await findings()).toContain(`${bucket}/taken-back.txt ACTIVE ${MISTAKEN.finding} OBSERVED`);
  }
  let calls = 0;
  airlock.beforeInvocation(({ task, payload }) => {
    if (task !== 'tag-object' || objectOf(payload)?.key !== 'taken-back.txt') return;
    calls += 1;
    const { bucket, verdict } = payload as { bucket: string; verdict: { status: string; definitions: string } };
    const { versionId } = airlock.pipeline.s3.buckets.get(bucket, 'taken-back.txt');
    const tags = { 'scan-status': verdict.status, 'scan-definitions': verdict.definitions };
    if (calls % 2 === 0) return;
    airlock.pipeline.s3.buckets.setTags(bucket, 'taken-back.txt', tags, versionId);
    throw Object.assign(new Error('scripted'), { name: 'Sandbox.Timedout' });
  });
  const rescan = airlock.pipeline.stack
    .ofType('AWS::StepFunctions::StateMachine')
    .find(({ logicalId }) => logicalId.startsWith('RescanBucket'));
  for (const bucket of [KEPT, COPIED]) {
    const { result } = airlock.pipeline.start(rescan?.arn ?? '', { bucket, strategy: 'all' });
    expect(await result).toMatchObject({ status: 'SUCCEEDED' });
    expect(await findings()).toContain(`${bucket}/taken-back.txt ARCHIVED  `);
  }
  expect(calls).toBe(4);
  airlock.beforeInvocation(undefined);
  expect(airlock.pipeline.s3.buckets.find('clean-copies', 'taken-back.txt')).toBeDefined();
  expect(await findings()).toHaveLength(6);

  // Where there is no Security Hub, that is a failure like that of any other channel.
  airlock.pipeline.securityHub.enabled = false;
  const { result: failed, tags: tagged } = await airlock.upload('again.txt', eicar(), { bucket: KEPT });
  expect(failed).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
  expect(tagged).toMatchObject({ 'scan-status': 'INFECTED' });
  const clean = await airlock.upload('again-clean.txt', 'a note', { bucket: KEPT });
  expect(clean.result).toMatchObject({ status: 'SUCCEEDED' });
}, 60_000);
