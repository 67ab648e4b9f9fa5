import { z } from 'zod';

const DISTRIBUTION = /^arn:aws[a-z-]*:cloudfront::\d{12}:distribution\/[A-Z0-9]+$/;
const IDENTITY = /^arn:aws[a-z-]*:iam::cloudfront:user\/CloudFront Origin Access Identity [A-Z0-9]+$/;

const arns = (pattern: RegExp, fault: string) => z.array(z.string().regex(pattern, fault)).default([]);

/** Who may read what is CLEAN through CloudFront, from a bucket that the stack makes. */
export const CloudFrontConfig = z.strictObject({
  distributionArns: arns(DISTRIBUTION, 'is not the ARN of a distribution').describe(
    'Distributions with origin access control (OAC) that may read what is CLEAN.',
  ),
  originAccessIdentityArns: arns(IDENTITY, 'is not the ARN of an origin access identity').describe(
    'Origin access identities (OAI), which OAC replaces, that may read what is CLEAN: `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E…`.',
  ),
});
export type CloudFrontConfig = z.output<typeof CloudFrontConfig>;
