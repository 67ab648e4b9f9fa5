import type { Dialect } from '../dialects/index.ts';

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
  readonly Resource: string;
  readonly Condition: { readonly StringEquals: Readonly<Record<string, string | readonly string[]>> };
}

/**
 * What lets CloudFront read a bucket, as its documentation has it, and only what is clean. The gate beside it denies
 * the rest to CloudFront as to everybody: neither the service nor an identity has one of the excepted roles.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export function cloudFrontStatements(
  bucketArn: string,
  { distributionArns, originAccessIdentityArns }: CloudFrontReaders,
  { statusTag }: Pick<Dialect, 'statusTag'>,
): readonly AllowStatement[] {
  const clean = { [`s3:ExistingObjectTag/${statusTag.key}`]: statusTag.clean };
  const allow = (Sid: string, Principal: AllowStatement['Principal'], conditions = {}): AllowStatement => ({
    Sid,
    Effect: 'Allow',
    Principal,
    Action: 's3:GetObject',
    Resource: `${bucketArn}/*`,
    Condition: { StringEquals: { ...conditions, ...clean } },
  });
  return [
    ...(distributionArns.length === 0
      ? []
      : [
          allow(
            'AllowDistributions',
            { Service: 'cloudfront.amazonaws.com' },
            { 'aws:SourceArn': [...distributionArns] },
          ),
        ]),
    ...(originAccessIdentityArns.length === 0
      ? []
      : [allow('AllowOriginAccessIdentities', { AWS: [...originAccessIdentityArns] })]),
  ];
}
