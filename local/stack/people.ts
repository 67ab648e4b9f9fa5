import { ACCOUNT, type LocalStack } from '../../emulator/cloudformation/template.ts';
import type { Principal } from '../../emulator/iam/principals.ts';
import { DeployedBucket } from '../../functions/domain/deployed-bucket.ts';

/** Users that call S3, beside the stack's roles. */
export const UPLOADER = `arn:aws:iam::${ACCOUNT}:user/uploader`;
export const READER = `arn:aws:iam::${ACCOUNT}:user/reader`;
export const OPERATOR = `arn:aws:iam::${ACCOUNT}:user/operator`;
/** A role for `quarantine.operatorRoleArns`; where it is not named there, it gets nothing out of quarantine. */
export const INVESTIGATOR = `arn:aws:iam::${ACCOUNT}:role/investigator`;

const OBJECTS = 'arn:aws:s3:::*/*';
const BUCKETS = 'arn:aws:s3:::*';

const UPLOADS = [
  [['s3:*Object*', 's3:ReplicateTags', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], OBJECTS],
  [['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'], BUCKETS],
] as const;

const ADMINISTRATION = [
  's3',
  'states',
  'cloudformation',
  'sqs',
  'sns',
  'events',
  'cloudwatch',
  'lambda',
  'logs',
  'servicequotas',
  'securityhub',
].map((service) => `${service}:*`);

/**
 * Their identity policies. The uploader may do anything to objects and nothing to buckets: more than any application
 * should get, so that any refusal comes from the gate. The operator is an administrator.
 */
export const PEOPLE: readonly Principal[] = [
  person(UPLOADER, UPLOADS),
  person(READER, [
    [['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectAttributes', 's3:GetObjectVersionAttributes'], OBJECTS],
    [['s3:GetObjectTagging', 's3:GetObjectVersionTagging'], OBJECTS],
    [['s3:ListBucket', 's3:ListBucketVersions'], BUCKETS],
  ]),
  person(OPERATOR, [[ADMINISTRATION, '*']]),
  person(INVESTIGATOR, [[ADMINISTRATION, '*']]),
];

function person(arn: string, grants: readonly (readonly [actions: readonly string[], resource: string])[]): Principal {
  const Statement = grants.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
  return { arn, policies: [{ name: arn, document: { Version: '2012-10-17', Statement } }] };
}

/** As the uploader: the roles that alone may write under trusted prefixes, as the stack's outputs name them. */
export function writersIn({ outputs }: Pick<LocalStack, 'outputs'>): Principal[] {
  const deployed = outputs.flatMap(({ value }) => DeployedBucket.safeParse(jsonOrNothing(value)).data ?? []);
  const arns = deployed.flatMap(({ gate }) => (gate.trusted ?? []).flatMap(({ writerRoleArns }) => writerRoleArns));
  const known = new Set(PEOPLE.map(({ arn }) => arn));
  return [...new Set(arns)].filter((arn) => !known.has(arn)).map((arn) => person(arn, UPLOADS));
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
