import { NestedStack, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { GROUPS } from './groups.ts';

/**
 * The nested stacks of an airlock, since a template holds 500 resources and 1 MB: one for each group of buckets, and one
 * for all rescan schedules. Each is there only if it holds something.
 */
export class NestedStacks {
  readonly #scope: Construct;
  readonly #groups = new Map<number, NestedStack>();
  #rescans: NestedStack | undefined;

  constructor(scope: Construct) {
    this.#scope = scope;
  }

  /** Holds the bucket if it has a name, its gate, its rule, its alarms, and the permissions on it. */
  of(group: number): NestedStack {
    const known = this.#groups.get(group) ?? this.create(`Watch${group}`, `Watched buckets, ${group + 1} of ${GROUPS}`);
    this.#groups.set(group, known);
    return known;
  }

  /** Holds the schedules: all of them, since they are created after everything else. */
  get rescans(): NestedStack {
    this.#rescans ??= this.create('Rescans', 'Schedules of rescans');
    return this.#rescans;
  }

  private create(id: string, description: string): NestedStack {
    return new NestedStack(this.#scope, id, { description, removalPolicy: RemovalPolicy.DESTROY });
  }
}
