import { Stack, Token } from 'aws-cdk-lib';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import {
  type AirlockConfig,
  type AirlockConfigSchema,
  parseConfig,
  type WatchedBucketConfig,
} from '../config/schema.ts';

type ConfigInput = z.input<typeof AirlockConfigSchema>;
type BucketInput = NonNullable<ConfigInput['buckets']>[number];

/** A bucket of the same stack or an imported one, and what differs from the other buckets. */
export interface WatchOptions extends Omit<BucketInput, 'name' | 'existing' | 'versioned' | 'cors' | 'cloudFront'> {
  readonly bucket: IBucket;
}

/** The keys of `airlock` in cdk.json, but for `stackName`: docs/configuration.md describes each. */
export interface AirlockProps extends Omit<ConfigInput, 'stackName' | 'buckets'> {
  /**
   * What is watched: buckets of this stack, imported buckets, either with options, or what the construct is to create
   * (`{ name, versioned, cors, cloudFront, … }`). Default: one bucket that the construct creates.
   *
   * The gate of an imported bucket is added by `airlock bucket-policy merge`, because CloudFormation would replace the
   * policy that it has.
   */
  readonly buckets?: readonly (IBucket | WatchOptions | BucketInput)[];
}

/** One watched bucket. */
export interface Watched {
  readonly config: WatchedBucketConfig;
  /** In the ids of its constructs; from the bucket, not its index: inserting another bucket must not replace this one. */
  readonly word: string;
  /** Not created here. */
  readonly given?: IBucket;
}

/**
 * @throws Error for what is not a valid configuration, one line for each fault, and for a bucket that another airlock
 * of the app watches, or that is created in another stack
 */
export function readProps(
  airlock: Construct,
  { buckets, ...rest }: AirlockProps,
): { readonly config: AirlockConfig; readonly watched: readonly Watched[] } {
  const entries = buckets?.map((entry) => (isBucket(entry) ? { bucket: entry } : entry));
  const given = entries?.map((entry) => ('bucket' in entry ? entry.bucket : undefined)) ?? [];
  const config = parseConfig({ ...rest, ...(entries !== undefined && { buckets: entries.map(toInput) }) });
  const watched = config.buckets.map((bucketConfig, index): Watched => {
    const bucket = given[index];
    if (bucket === undefined) return { config: bucketConfig, word: bucketConfig.name ?? 'uploads' };
    return { config: bucketConfig, word: wordOf(airlock, bucket), given: bucket };
  });
  for (const each of watched) claim(airlock, each);
  for (const { config: bucketConfig } of watched) claimDestination(airlock, bucketConfig);
  return { config, watched };
}

const isBucket = (entry: IBucket | WatchOptions | BucketInput): entry is IBucket => 'bucketArn' in entry;

/** The schema wants a name for all buckets but one; that of a construct may be unknown before it is deployed. */
function toInput(entry: WatchOptions | BucketInput, index: number): BucketInput {
  if (!('bucket' in entry)) return entry;
  const { bucket, ...options } = entry;
  return { ...options, name: `given-bucket-${index}`, existing: true };
}

function wordOf(airlock: Construct, { node, stack }: IBucket): string {
  if (stack !== Stack.of(airlock)) {
    throw new Error(
      `${airlock.node.path}: the bucket ${node.path} is in another stack. Put both into one stack, or import the bucket here with Bucket.fromBucketName`,
    );
  }
  return node.path.slice(stack.node.path.length + 1).replaceAll('/', '-');
}

/** By app: which airlock watches what. */
const claims = new WeakMap<object, Map<string, string>>();

function claim(airlock: Construct, { config, given }: Watched): void {
  const { root, path } = airlock.node;
  const taken = claims.get(root) ?? new Map<string, string>();
  claims.set(root, taken);
  for (const name of given === undefined ? [config.name].flatMap((each) => each ?? []) : namesOf(given)) {
    const other = taken.get(name);
    if (other !== undefined) {
      const who = other === path ? 'twice' : `by ${other} too`;
      throw new Error(
        `${path}: the bucket ${name} is watched ${who}. A bucket has one gate, so it can have one airlock`,
      );
    }
    const copier = destinations.get(root)?.get(name);
    if (copier !== undefined) throw new Error(`${copier}: ${watchedCopies(name, path)}`);
    taken.set(name, path);
  }
}

/** By app: the buckets that clean objects are copied to, and the airlock that does. */
const destinations = new WeakMap<object, Map<string, string>>();

/** The configuration knows no names of buckets that are constructs, nor what another airlock watches. */
function claimDestination({ node }: Construct, { onClean }: WatchedBucketConfig): void {
  if (onClean === undefined) return;
  const { bucket } = onClean.copyTo;
  const watcher = claims.get(node.root)?.get(bucket);
  if (watcher !== undefined) throw new Error(`${node.path}: ${watchedCopies(bucket, watcher)}`);
  const taken = destinations.get(node.root) ?? new Map<string, string>();
  destinations.set(node.root, taken);
  const other = taken.get(bucket) ?? node.path;
  if (other !== node.path) throw new Error(`${node.path}: ${other} copies clean objects to ${bucket} too`);
  taken.set(bucket, node.path);
}

const watchedCopies = (bucket: string, watcher: string) =>
  `clean objects cannot be copied to ${bucket}, which ${watcher} watches: its gate refuses copies`;

/** A bucket may be imported more than once: then its name says that it is the same. */
function namesOf({ bucketName, node }: IBucket): string[] {
  const { bucketName: chosen } = node.defaultChild instanceof CfnBucket ? node.defaultChild : {};
  return [node.path, bucketName, chosen].filter((name) => name !== undefined && !Token.isUnresolved(name)) as string[];
}
