import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { DeployedBucket } from '../../../functions/domain/deployed-bucket.ts';
import { policyOf } from '../../../functions/domain/gate/deployed-gate.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';
import type { ChildResult } from '../synthesize-in-child.ts';

/** One template for all regions: what CloudFormation makes of it in some of them. */
const AWS = { 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com' };
const CHINA = { 'AWS::Partition': 'aws-cn', 'AWS::URLSuffix': 'amazonaws.com.cn' };
const GOVCLOUD = { ...AWS, 'AWS::Partition': 'aws-us-gov' };

const stackIn = async (region: string, partition: object, airlock: object = {}) =>
  readTemplate((await synthesis(airlock)).template, {
    pseudoParameters: { ...partition, 'AWS::Region': region },
  });

/** What the gate in the template says, and what `airlock bucket-policy` makes of the output. */
async function gates(...where: Parameters<typeof stackIn>) {
  const stack = await stackIn(...where);
  const [policy] = stack.ofType('AWS::S3::BucketPolicy').filter(({ logicalId }) => logicalId.startsWith('Watched'));
  const output = stack.outputs.find(({ key }) => key.startsWith('WatchedBucket') && key.includes('Deployed'));
  const quarantine = stack
    .ofType('AWS::Lambda::Function')
    .find(({ logicalId }) => logicalId.startsWith('QuarantineObject'));
  return {
    template: policy?.properties.PolicyDocument.Statement.map(({ Sid }: { Sid: string }) => Sid),
    command: policyOf(DeployedBucket.parse(JSON.parse(output?.value ?? '')).gate).Statement.map(({ Sid }) => Sid),
    copies: quarantine?.properties.Environment.Variables.S3_ANNOTATIONS,
  };
}

describe('annotations are denied where S3 has them and named nowhere else, by template and command alike', () => {
  it.each<[string, object, object, boolean]>([
    ['us-east-1', AWS, {}, true],
    ['cn-north-1', CHINA, {}, true],
    ['me-central-1', AWS, {}, false],
    ['me-south-1', AWS, {}, false],
    ['us-gov-west-1', GOVCLOUD, {}, false],
    ['us-gov-west-1', GOVCLOUD, { annotations: true }, true],
    ['us-east-1', AWS, { annotations: false }, false],
  ])('%s %j %j: %s', async (region, partition, airlock, expected) => {
    const { template, command, copies } = await gates(region, partition, airlock);
    expect(template).toEqual(command);
    expect(template.includes('DenyAnnotations')).toBe(expected);
    expect(copies).toBe(String(expected));
  });
});

it('a stack that is made for one region needs no condition', () => {
  const { NODE_OPTIONS, ...env } = process.env;
  const gatesOf = (region: string) => {
    const program = ['test/infra/synthesize-in-child.ts', '--templates-only', `--region=${region}`];
    const { stdout, stderr } = spawnSync(process.execPath, program, { input: '[{}]', encoding: 'utf8', env });
    if (stdout === '') throw new Error(stderr);
    const template = JSON.stringify((JSON.parse(stdout) as ChildResult[])[0]?.template);
    return [/Fn::If/, /DenyAnnotations/, /"S3_ANNOTATIONS":"true"/].map((text) => text.test(template));
  };
  expect(gatesOf('me-central-1')).toEqual([false, false, false]);
  expect(gatesOf('eu-central-1')).toEqual([false, true, true]);
});

describe('no ARN names a partition, and no endpoint a domain', () => {
  it.each([
    ['the defaults', {}],
    ['everything else', { workflow: 'EXPRESS', buckets: [{}, { name: 'was-there', existing: true }] }],
  ])('%s', async (_, airlock) => {
    const text = JSON.stringify((await synthesis(airlock)).template);
    expect(text.match(/arn:aws[\w-]*:/g) ?? []).toEqual([]);
    // Names of services keep this domain everywhere.
    const domains = text.replace(/"Service":"[a-z0-9.]+\.amazonaws\.com"/g, '').match(/[\w.]*amazonaws\.com/g) ?? [];
    expect(domains).toEqual([]);
  });
});

it('keys are used through S3 under either domain in China', async () => {
  const kmsKeyArns = ['arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd'];
  const stack = await stackIn('cn-north-1', CHINA, { kmsKeyArns });
  const text = JSON.stringify(stack.ofType('AWS::IAM::Policy').map(({ properties }) => properties));
  expect(text).toContain('"kms:ViaService":["s3.cn-north-1.amazonaws.com","s3.cn-north-1.amazonaws.com.cn"]');
});
