import { Stack } from 'aws-cdk-lib';
import { type CfnManagedPolicy, type IRole, ManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** What a role may do to one bucket and its objects. */
export interface BucketActions {
  readonly bucketArn: string;
  readonly objects: readonly string[];
  readonly bucket: readonly string[];
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
    const key = `${scope.node.path} ${role.node.path}`;
    const granted = this.#granted.get(key) ?? { role, scope, statements: [] };
    this.#granted.set(key, granted);
    if (objects.length > 0) {
      granted.statements.push(new PolicyStatement({ actions: [...objects], resources: [`${bucketArn}/*`] }));
    }
    granted.statements.push(new PolicyStatement({ actions: [...bucket], resources: [bucketArn] }));
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
