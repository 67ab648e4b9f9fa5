export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Principal: '*';
  readonly Action: readonly string[];
  /** Every statement has this or `NotResource`. */
  readonly Resource?: readonly string[];
  /** All objects of the bucket but these. */
  readonly NotResource?: readonly string[];
  readonly Condition?: Condition;
}

export const READ = ['s3:GetObject', 's3:GetObjectVersion'];
export const TAG = ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'];
export const UNTAG = ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'];

/**
 * `aws:PrincipalArn` is the role's ARN in all its sessions, and in a condition, unlike in `Principal`, the role need
 * not exist yet. Callers without one (services, anonymous) are not exempt.
 */
export function except(roleArns: readonly string[]): Condition {
  return roleArns.length === 0 ? {} : { ArnNotEquals: { 'aws:PrincipalArn': [...roleArns] } };
}

export function denial(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition: Condition = {},
): PolicyStatement {
  const some = Object.keys(Condition).length > 0;
  return { Sid, Effect: 'Deny', Principal: '*', Action, Resource, ...(some && { Condition }) };
}
