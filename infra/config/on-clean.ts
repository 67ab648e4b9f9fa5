import { z } from 'zod';

const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** What becomes of a clean object of a watched bucket, beside its tag. */
export const OnCleanConfig = z.strictObject({
  copyTo: z.strictObject({
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not a bucket name')
      .describe('The bucket that clean objects are copied to ([clean copies](operations/clean-copies.md)).'),
    existing: z.boolean().default(false).describe('It exists already; otherwise the stack makes it.'),
    prefix: z
      .string()
      .regex(
        /^[\w!.()/=@:+,-]*$/,
        "has other characters than letters, digits and !.()/=@:+,_-, which IAM's patterns need",
      )
      .max(256, 'is longer than 256 characters')
      .default('')
      .describe("Put before each object's key."),
    onlyPipelineWrites: z
      .boolean()
      .optional()
      .describe(
        'Whether its policy lets nobody else write there (default: of a bucket that the stack makes). An existing bucket gets the policy by `airlock bucket-policy merge`.',
      ),
    deleterRoleArns: z
      .array(z.string().regex(ROLE, 'is not the ARN of a role'))
      .default([])
      .describe('Roles that may delete there all the same, if their own policies allow it.'),
    kmsKeyArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'is not the ARN of a KMS key')
      .optional()
      .describe('The key that it is encrypted with, if it is not encrypted with the key of S3 (SSE-S3).'),
  }),
});
export type OnCleanConfig = z.output<typeof OnCleanConfig>;
export type CopyToConfig = OnCleanConfig['copyTo'];

/** Whether nobody but the pipeline may write there. */
export const isClosed = ({ existing, onlyPipelineWrites = !existing }: CopyToConfig): boolean => onlyPipelineWrites;

interface Copying {
  readonly name?: string | undefined;
  readonly onClean?: OnCleanConfig | undefined;
}

type Fault = (path: PropertyKey[], input: unknown, message: string) => void;

/** What must be the same wherever one bucket is named. */
const OF_THE_BUCKET = ['existing', 'onlyPipelineWrites', 'deleterRoleArns', 'kmsKeyArn'] as const;

/** Rules between the buckets that are copied and those that they are copied to. */
export function copyFaults(buckets: readonly Copying[], fault: Fault): void {
  for (const [index, { onClean }] of buckets.entries()) {
    if (onClean === undefined) continue;
    const { copyTo } = onClean;
    const at = (key: keyof CopyToConfig, message: string) =>
      fault(['buckets', index, 'onClean', 'copyTo', key], copyTo[key], message);

    const watched = buckets.findIndex(({ name }) => name === copyTo.bucket);
    if (watched === index) at('bucket', 'is the watched bucket itself: each copy would be scanned and copied again');
    else if (watched >= 0) at('bucket', `is watched, as airlock.buckets[${watched}]: its gate refuses copies`);
    if (copyTo.deleterRoleArns.length > 0 && !isClosed(copyTo)) {
      at('deleterRoleArns', 'has no meaning without onlyPipelineWrites, which keeps others from deleting');
    }
    for (const [first, { onClean: other }] of buckets.slice(0, index).entries()) {
      if (other?.copyTo.bucket !== copyTo.bucket) continue;
      const where = `airlock.buckets[${first}].onClean.copyTo`;
      for (const key of OF_THE_BUCKET) {
        if (JSON.stringify(other.copyTo[key]) === JSON.stringify(copyTo[key])) continue;
        at(key, `is another one for the same bucket in ${where}`);
      }
      const prefixes = [copyTo.prefix, other.copyTo.prefix] as const;
      if (prefixes[0].startsWith(prefixes[1]) || prefixes[1].startsWith(prefixes[0])) {
        at('prefix', `overlaps with that of ${where}: an object of one bucket could replace one of the other`);
      }
    }
  }
}
