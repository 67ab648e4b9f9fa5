import type { Answer, Grant } from './policy-engine.ts';
import type { Principal } from './principals.ts';

interface AllowStatement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** Every action on every resource pattern that the principal's policies grant. */
export function grantsOf({ arn, policies }: Principal): Grant[] {
  return policies
    .flatMap(({ document }) => [(document as { Statement: AllowStatement | AllowStatement[] }).Statement].flat())
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action = [], Resource = [] }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ principal: arn, action, resource }))),
    );
}

/** Those that could be removed without changing any of these answers to a refusal. */
export function unneeded(grants: readonly Grant[], answers: readonly Answer[]): Grant[] {
  const needed = new Set(answers.flatMap(({ grants: by }) => (by.length === 1 ? by.map(nameOf) : [])));
  return grants.filter((grant) => !needed.has(nameOf(grant)));
}

function nameOf({ principal, action, resource }: Grant): string {
  return `${principal} ${action} ${resource}`;
}
