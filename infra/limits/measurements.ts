import { flatten, type TemplateTree } from '../flatten-template.ts';
import type { Template } from '../template.ts';
import { longestValues } from './longest-values.ts';
import { ofResource } from './of-resource.ts';
import { ofRoles } from './of-roles.ts';
import type { Resolved } from './resolved.ts';
import type { Measurement } from './template-limits.ts';

export interface Measured extends TemplateTree {
  readonly name: string;
  /** Text of the ASL file of each state machine, by logical id. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** How much of each limit a stack uses, with every name as long as it can be. */
export function measure({ name, definitions, ...tree }: Measured): Measurement[] {
  const templates = [[name, tree.template] as const, ...Object.entries(tree.nested)];
  const flat = flatten(tree);
  const values = longestValues(flat.Resources);
  const resources = Object.entries(flat.Resources).map(
    ([id, { Type, Properties = {} }]): Resolved => ({
      id,
      type: Type,
      properties: values(Properties) as Resolved['properties'],
      rolesById: rolesOf(Properties.Roles),
      definition: definitions[id],
    }),
  );
  const total = templates.reduce((sum, [, template]) => sum + count(template.Resources), 0);
  return [
    ...templates.flatMap(([id, template]) => ofTemplate(id, template)),
    { limit: 'resources with nested stacks', resource: name, value: total },
    ...resources.flatMap(ofResource),
    ...ofRoles(resources),
    ...ofRules(name, resources),
  ];
}

const rolesOf = (roles: unknown = []) => (roles as { Ref?: string }[]).flatMap(({ Ref }) => Ref ?? []);

const count = (record: object = {}) => Object.keys(record).length;

function ofTemplate(resource: string, template: Template): Measurement[] {
  return [
    { limit: 'resources of a template', resource, value: count(template.Resources) },
    { limit: 'outputs of a template', resource, value: count(template.Outputs) },
    { limit: 'parameters of a template', resource, value: count(template.Parameters) },
    { limit: 'size of a template', resource, value: Buffer.byteLength(JSON.stringify(template)) },
  ];
}

/** All are on the account's default bus, which has others' rules, too. */
function ofRules(resource: string, resources: readonly Resolved[]): Measurement[] {
  const rules = resources.filter(({ type }) => type === 'AWS::Events::Rule');
  const wildcards = rules.filter(({ properties }) =>
    JSON.stringify(properties.EventPattern ?? {}).includes('"wildcard":'),
  );
  return [
    { limit: 'rules of an event bus', resource, value: rules.length },
    { limit: 'rules with wildcards', resource, value: wildcards.length },
  ];
}
