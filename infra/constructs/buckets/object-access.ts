import { Stack } from 'aws-cdk-lib';
import { type CfnManagedPolicy, type IRole, ManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** What a role may do to one bucket and its objects. */
export interface BucketActions {
  readonly bucketArn: string;
  readonly objects: readonly string[];
  readonly bucket: readonly string[];
}

/** From a watched bucket to where its clean objects are copied. */
export interface Copies {
  readonly fromName: string;
  readonly toArn: string;
  readonly prefix: string;
}

/** One role's permissions on one group of buckets. */
interface Granted {
  readonly role: IRole;
  readonly scope: Construct;
  readonly statements: PolicyStatement[];
}

/**
 * Permissions on watched buckets, in managed policies. All inline policies of a role together have 10,240 characters,
 * enough for 60 buckets; each managed policy has 6,144 of its own. Roles with the same permissions share them.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export class ObjectAccess {
  readonly #granted = new Map<string, Granted>();

  /** @param scope the same for all buckets of a group */
  allow(scope: Construct, role: IRole, { bucketArn, objects, bucket }: BucketActions): void {
    const granted = this.of(scope, role);
    if (objects.length > 0) {
      granted.push(new PolicyStatement({ actions: [...objects], resources: [`${bucketArn}/*`] }));
    }
    granted.push(new PolicyStatement({ actions: [...bucket], resources: [bucketArn] }));
  }

  /** Lets a role copy objects of one bucket to another, of no other bucket, and look at what it copied. */
  allowCopies(scope: Construct, role: IRole, { fromName, toArn, prefix }: Copies): void {
    const copies = { StringLike: { 's3:x-amz-copy-source': `${fromName}/*` } };
    this.of(scope, role).push(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [`${toArn}/${prefix}*`], conditions: copies }),
      // The same for all that are copied there, so that the policy has it once.
      new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObjectTagging'], resources: [`${toArn}/*`] }),
      // Without it, S3 answers 403 instead of 404 for a key that holds nothing.
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [toArn] }),
    );
  }

  private of(scope: Construct, role: IRole): PolicyStatement[] {
    const key = `${scope.node.path} ${role.node.path}`;
    const granted = this.#granted.get(key) ?? { role, scope, statements: [] };
    this.#granted.set(key, granted);
    return granted.statements;
  }

  /**
   * Creates them, once, when every bucket is known.
   * @returns those of a group
   */
  create(): (scope: Construct) => readonly CfnManagedPolicy[] {
    const shared = Map.groupBy(this.#granted.values(), ({ scope, statements }) =>
      JSON.stringify([scope.node.path, Stack.of(scope).resolve(statements.map((statement) => statement.toJSON()))]),
    );
    const created = [...shared.values()].map((alike) => {
      const [{ role, scope, statements }] = alike as [Granted, ...Granted[]];
      const roles = alike.map((each) => each.role);
      // Whatever the feature flags of the app say.
      const document = new PolicyDocument({ statements, minimize: true });
      return { scope, policy: new ManagedPolicy(scope, `${scope.node.id}-${role.node.id}`, { document, roles }) };
    });
    return (scope) =>
      created.filter((each) => each.scope === scope).map(({ policy }) => policy.node.defaultChild as CfnManagedPolicy);
  }
}
