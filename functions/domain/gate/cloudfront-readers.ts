import type { Dialect } from '../dialects/index.ts';
import type { TrustedPrefix } from './trusted.ts';
import { trustedObjects } from './trusted-statements.ts';

export interface CloudFrontReaders {
  /** With origin access control. */
  readonly distributionArns: readonly string[];
  readonly originAccessIdentityArns: readonly string[];
}

export interface AllowStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: 's3:GetObject';
  readonly Resource: string | readonly string[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, string | readonly string[]>> };
}

/**
 * What lets CloudFront read a bucket, as its documentation has it, and only what is clean or trusted. The gate beside it denies
 * the rest to CloudFront as to everybody: neither the service nor an identity has one of the excepted roles.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export function cloudFrontStatements(
  bucketArn: string,
  { distributionArns, originAccessIdentityArns }: CloudFrontReaders,
  { statusTag }: Pick<Dialect, 'statusTag'>,
  trusted: readonly TrustedPrefix[] = [],
): readonly AllowStatement[] {
  const clean = { [`s3:ExistingObjectTag/${statusTag.key}`]: statusTag.clean };
  const allow = (
    Sid: string,
    Principal: AllowStatement['Principal'],
    Resource: AllowStatement['Resource'],
    conditions: Readonly<Record<string, string | readonly string[]>>,
  ): AllowStatement => ({
    Sid,
    Effect: 'Allow',
    Principal,
    Action: 's3:GetObject',
    Resource,
    ...(Object.keys(conditions).length > 0 && { Condition: { StringEquals: conditions } }),
  });
  const both = (name: string, Principal: AllowStatement['Principal'], conditions = {}) => [
    allow(`Allow${name}`, Principal, `${bucketArn}/*`, { ...conditions, ...clean }),
    ...(trusted.length === 0
      ? []
      : [allow(`AllowTrusted${name}`, Principal, trustedObjects(bucketArn, trusted), conditions)]),
  ];
  return [
    ...(distributionArns.length === 0
      ? []
      : both('Distributions', { Service: 'cloudfront.amazonaws.com' }, { 'aws:SourceArn': [...distributionArns] })),
    ...(originAccessIdentityArns.length === 0
      ? []
      : both('OriginAccessIdentities', { AWS: [...originAccessIdentityArns] })),
  ];
}
