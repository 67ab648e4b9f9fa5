/** One question: may this caller do this action on this resource? */
export interface AuthorizationRequest {
  /** undefined: anonymous. */
  readonly accessKeyId: string | undefined;
  /** IAM action, `s3:GetObject`. */
  readonly action: string;
  /** ARN; `*` for actions without a resource. */
  readonly resource: string;
  /** IAM condition keys, `s3:ExistingObjectTag/scan-status`. Absent keys are absent, not empty. */
  readonly context: Readonly<Record<string, string | string[]>>;
  /** Policy of the resource's bucket. */
  readonly bucketPolicy: object | undefined;
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

export type Authorize = (request: AuthorizationRequest) => Decision | Promise<Decision>;

export const allowAll: Authorize = () => ({ allowed: true });

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;

export type Context = Record<string, string | string[]>;

export function existingTagContext(tags: Readonly<Record<string, string>>): Context {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));
}

/** Omitted when no tags are sent: IAM has no empty `RequestObjectTagKeys`. */
export function requestTagContext(tags: Readonly<Record<string, string>>): Context {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
    's3:RequestObjectTagKeys': keys,
  };
}

/** Request headers that IAM provides as condition keys with the same names. */
export const HEADER_CONDITIONS = [
  'x-amz-acl',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
  'if-match',
  'if-none-match',
] as const;
