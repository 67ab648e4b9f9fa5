/** A resource with the longest values that it may be deployed with. */
export interface Resolved {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are a tree without a schema here
  readonly properties: Readonly<Record<string, any>>;
  /** Logical ids of the roles that it is attached to: a policy. */
  readonly rolesById: readonly string[];
  /** Text of its ASL file: a state machine. */
  readonly definition: string | undefined;
}

/** IAM does not count white space. */
export const charactersOf = (document: unknown): number => JSON.stringify(document).replaceAll(/\s/g, '').length;
