import { charactersOf, type Resolved } from './resolved.ts';
import type { Measurement } from './template-limits.ts';

/** What the policies of each role take together. A role is known by its name, which is as long for all: by reference. */
export function ofRoles(resources: readonly Resolved[]): Measurement[] {
  const inline = new Map<string, number>();
  const managed = new Map<string, number>();
  for (const { id, type, properties, rolesById } of resources) {
    for (const { PolicyDocument } of type === 'AWS::IAM::Role' ? (properties.Policies ?? []) : []) {
      add(inline, id, charactersOf(PolicyDocument));
    }
    if (type === 'AWS::IAM::Role') add(managed, id, properties.ManagedPolicyArns?.length ?? 0);
    for (const role of rolesById) {
      if (type === 'AWS::IAM::Policy') add(inline, role, charactersOf(properties.PolicyDocument));
      if (type === 'AWS::IAM::ManagedPolicy') add(managed, role, 1);
    }
  }
  return [
    ...[...inline].map(([resource, value]) => ({ limit: 'inline policies of a role' as const, resource, value })),
    ...[...managed].map(([resource, value]) => ({ limit: 'managed policies of a role' as const, resource, value })),
  ];
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
