/** The parts of a CloudFormation template that say what outlives what. */
export interface KeptTemplate {
  readonly Resources: Readonly<Record<string, KeptResource>>;
}

export interface KeptResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

/** What CloudFormation does to a resource that it no longer manages, and whether that leaves it. */
const ENDS: Readonly<Record<string, (resource: KeptResource) => boolean>> = {
  'the stack or the resource is deleted': ({ DeletionPolicy = '' }) => /^Retain(ExceptOnCreate)?$/.test(DeletionPolicy),
  'it is replaced': ({ UpdateReplacePolicy }) => UpdateReplacePolicy === 'Retain',
};

/**
 * For each kept bucket what CloudFormation would delete although the bucket needs it: its policy, its key, the bucket
 * of its access logs, and what those need. Also policies that a rollback would take from a bucket with content.
 */
export function lostByKeptBuckets({ Resources }: KeptTemplate): string[] {
  const buckets = Object.keys(Resources).filter((id) => Resources[id]?.Type === 'AWS::S3::Bucket');
  return buckets.flatMap((bucket) => {
    const needed = neededBy(bucket, Resources);
    const ended = Object.entries(ENDS)
      .filter(([, keeps]) => keeps(Resources[bucket] as KeptResource))
      .flatMap(([end, keeps]) =>
        needed.filter((id) => !keeps(Resources[id] as KeptResource)).map((id) => `${bucket} loses ${id} when ${end}`),
      );
    const rolledBack = policiesOf(bucket, Resources)
      .filter((id) => Resources[id]?.DeletionPolicy !== 'Retain')
      .map((id) => `${bucket} loses ${id} when its creation is rolled back`);
    return [...ended, ...rolledBack];
  });
}

function neededBy(first: string, resources: KeptTemplate['Resources']): string[] {
  const needed = new Set<string>();
  const waiting = [first];
  for (const id of waiting) {
    const { Type, Properties } = resources[id] as KeptResource;
    // A policy needs nothing that it names: a role that is gone is only exempt no longer.
    const named = Type === 'AWS::S3::BucketPolicy' ? [] : references(Properties);
    const found = [...named, ...policiesOf(id, resources)].filter(
      (other) => resources[other] !== undefined && !needed.has(other),
    );
    for (const other of found) needed.add(other);
    waiting.push(...found);
  }
  needed.delete(first);
  return [...needed];
}

function policiesOf(bucket: string, resources: KeptTemplate['Resources']): string[] {
  return Object.entries(resources)
    .filter(([, { Type, Properties }]) => {
      return Type === 'AWS::S3::BucketPolicy' && [...references(Properties?.Bucket)].includes(bucket);
    })
    .map(([id]) => id);
}

/** Logical ids that a value names, in whatever way. */
export function* references(value: unknown): Generator<string> {
  if (value === null || typeof value !== 'object') return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'Ref') yield String(inner);
    else if (name === 'Fn::GetAtt') yield String(Array.isArray(inner) ? inner[0] : inner).split('.', 1)[0] as string;
    else if (name === 'Fn::Sub') yield* [...JSON.stringify(inner).matchAll(/\$\{(\w+)/g)].map(([, id = '']) => id);
    else yield* references(inner);
  }
}

/** Every resource that exists before this one, by its references and by DependsOn. */
export function madeBefore(first: string, { Resources }: KeptTemplate): Set<string> {
  const before = new Set<string>();
  const waiting = [first];
  for (const id of waiting) {
    const { Properties, DependsOn = [] } = Resources[id] ?? {};
    const found = [...references(Properties), ...[DependsOn].flat()].filter(
      (other) => Resources[other] !== undefined && !before.has(other),
    );
    for (const other of found) before.add(other);
    waiting.push(...found);
  }
  return before;
}
