import { isDeepStrictEqual } from 'node:util';
import type { Resource, Template } from './template.ts';

type Value = unknown;

/** A template with its nested ones, by the logical id of the resource that each is. */
export interface TemplateTree {
  readonly template: Template;
  readonly nested: Readonly<Record<string, Template>>;
}

/**
 * One template of the same resources, for readers that do not care in which stack each of them is: parameters of nested
 * stacks are replaced by what the stack above passes, and dependencies on a nested stack by those on all that is in it.
 * Where two stacks use one logical id, that of the nested one gets the id of its stack before it.
 * @throws Error when a nested stack uses what this cannot replace, or two have unlike conditions of one name
 */
export function flatten({ template, nested: asWritten }: TemplateTree): Template {
  const nested = distinct(template, asWritten);
  const resources: Record<string, Resource> = {};
  const add = (id: string, resource: Resource) => {
    const { DependsOn } = resource;
    const dependencies = [DependsOn ?? []].flat().flatMap((other) => [...inside(other, nested)]);
    resources[id] = { ...resource, ...(dependencies.length > 0 && { DependsOn: dependencies }) };
  };
  for (const [id, resource] of Object.entries(template.Resources)) {
    const child = nested[id];
    if (child === undefined) {
      add(id, resource);
      continue;
    }
    const parameters = (resource.Properties?.Parameters ?? {}) as Record<string, Value>;
    const outside = [resource.DependsOn ?? []].flat();
    for (const [childId, each] of Object.entries(child.Resources)) {
      const replaced = replaceReferences(each, { ...parameters, ...OF_ITSELF }) as Resource;
      // The others wait for one of these.
      add(childId, replaced.DependsOn === undefined ? { ...replaced, DependsOn: outside } : replaced);
    }
  }
  const conditions = [template, ...Object.values(nested)].flatMap(({ Conditions = {} }) => Object.entries(Conditions));
  for (const [id, condition] of conditions) {
    // Those of all stacks are about where the stack is, which is the same place.
    if (conditions.some(([other, another]) => other === id && !isDeepStrictEqual(condition, another))) {
      throw new Error(`two stacks have another condition ${id}`);
    }
  }
  return {
    ...template,
    ...(conditions.length > 0 && { Conditions: Object.fromEntries(conditions) }),
    Resources: resources,
  };
}

const inside = (id: string, nested: TemplateTree['nested']) => Object.keys(nested[id]?.Resources ?? { [id]: 0 });

/** What would mean the nested stack itself, and another thing in one template. */
const OF_ITSELF: Readonly<Record<string, undefined>> = { 'AWS::StackName': undefined, 'AWS::StackId': undefined };

function replaceReferences(value: Value, parameters: Readonly<Record<string, Value>>): Value {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, parameters));
  if (value === null || typeof value !== 'object') return value;
  const { Ref: name } = value as { Ref?: unknown };
  if (typeof name === 'string' && name in parameters) {
    if (parameters[name] === undefined) throw new Error(`a nested stack refers to ${name}`);
    return parameters[name];
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceReferences(item, parameters)]));
}

/** The nested templates without logical ids that another stack has. */
function distinct({ Resources }: Template, nested: TemplateTree['nested']): TemplateTree['nested'] {
  const taken = new Set(Object.keys(Resources));
  const renamed = Object.entries(nested).map(([stack, template]) => {
    const ids = new Map(Object.keys(template.Resources).map((id) => [id, taken.has(id) ? `${stack}${id}` : id]));
    for (const id of ids.values()) taken.add(id);
    const isSame = [...ids].every(([before, after]) => before === after);
    return [stack, isSame ? template : { ...template, Resources: renameIn(template.Resources, ids) }] as const;
  });
  return Object.fromEntries(renamed);
}

function renameIn(resources: Template['Resources'], ids: ReadonlyMap<string, string>): Template['Resources'] {
  const rename = (id: unknown) => ids.get(String(id)) ?? id;
  const inValue = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(inValue);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (key === 'Ref') return [key, rename(item)];
        if (key === 'DependsOn') return [key, [item].flat().map(rename)];
        if (key === 'Fn::GetAtt' && Array.isArray(item)) return [key, [rename(item[0]), ...item.slice(1)]];
        return [key, inValue(item)];
      }),
    );
  };
  return Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [ids.get(id) ?? id, inValue(resource) as Resource]),
  );
}
