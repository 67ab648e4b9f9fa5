import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types';
import type { Resource, Template } from '../../../infra/synthesize.ts';
import { references } from '../kept-resources.ts';

/**
 * Compares a finished template with CloudFormation's resource specification: names of properties, required ones,
 * and types. That is after CDK, so it also sees overrides of properties. docs/decisions/0023.
 */
export interface Specification {
  /** One line for each fault: `LogicalId (Type) Property.path: what is wrong`. */
  faults(template: Pick<Template, 'Resources'>): string[];
  /** Logical ids of resources in both templates that an update replaces, which empties or stops what they are. */
  replaced(before: Pick<Template, 'Resources'>, after: Pick<Template, 'Resources'>): string[];
}

const INTRINSIC = /^(Ref|Fn::\w+)$/;
const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  'date-time': (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  null: (value) => value === null,
};
const TAG: ResourceProperties = {
  Key: { type: { type: 'string' }, required: true },
  Value: { type: { type: 'string' }, required: true },
};

/** Takes a second and 200 MB: load it once. */
export function loadSpecification(): Specification {
  const database = loadAwsServiceSpecSync();

  function* ofResource({ Type, Properties = {} }: Resource): Generator<string> {
    // Of CDK itself, for functions of its own.
    if (Type.startsWith('Custom::')) return;
    const resource = typeNamed(Type);
    if (resource === undefined) yield ': no such resource type';
    else yield* ofProperties(Properties, resource.properties, '');
  }

  function* ofProperties(value: object, known: ResourceProperties, path: string): Generator<string> {
    for (const [name, child] of Object.entries(value)) {
      const property = Object.hasOwn(known, name) ? known[name] : undefined;
      if (property === undefined) yield `${path}${name}: no such property`;
      else yield* ofValue(child, [property.type, ...(property.previousTypes ?? [])], `${path}${name}`);
    }
    for (const [name, { required = false }] of Object.entries(known)) {
      if (required && !Object.hasOwn(value, name)) yield `${path}${name}: is required`;
    }
  }

  /** A value needs to fit one of the types; of several, the faults against the first are reported. */
  function* ofValue(value: unknown, types: readonly PropertyType[], path: string): Generator<string> {
    const branches = branchesOf(value);
    if (branches !== undefined) {
      for (const branch of branches) yield* ofValue(branch, types, path);
      return;
    }
    const [first, ...others] = types.map((type) => [...ofType(value, type, path)]);
    if (first !== undefined && others.every((faults) => faults.length > 0)) yield* first;
  }

  function* ofType(value: unknown, type: PropertyType, path: string): Generator<string> {
    const wrong = `${path}: ${JSON.stringify(value)?.slice(0, 80)} is not of type ${type.type}`;
    switch (type.type) {
      case 'json':
        if (typeof value !== 'object' && typeof value !== 'string') yield wrong;
        return;
      case 'union':
        yield* ofValue(value, type.types, path);
        return;
      case 'array':
        if (!Array.isArray(value)) yield wrong;
        else for (const [at, item] of value.entries()) yield* ofValue(item, [type.element], `${path}[${at}]`);
        return;
      case 'map':
        if (!isObject(value)) yield wrong;
        else for (const [key, item] of Object.entries(value)) yield* ofValue(item, [type.element], `${path}.${key}`);
        return;
      case 'tag':
        yield* isObject(value) ? ofProperties(value, TAG, `${path}.`) : [wrong];
        return;
      case 'ref': {
        const { properties } = database.get('typeDefinition', type.reference.$ref);
        yield* isObject(value) ? ofProperties(value, properties, `${path}.`) : [wrong];
        return;
      }
      default:
        if (!SCALARS[type.type]?.(value)) yield wrong;
    }
  }

  const typeNamed = (name: string) => [...database.lookup('resource', 'cloudFormationType', 'equals', name)][0];

  /** Whether one of its immutable properties changes, or names a resource that is replaced. */
  function isReplaced(old: Resource, resource: Resource, replaced: ReadonlySet<string>): boolean {
    if (old.Type !== resource.Type) return true;
    return Object.entries(typeNamed(resource.Type)?.properties ?? {})
      .filter(([, { causesReplacement }]) => causesReplacement === 'yes')
      .map(([name]) => [old.Properties?.[name], resource.Properties?.[name]])
      .some(
        ([from, to]) =>
          JSON.stringify(from) !== JSON.stringify(to) || [...references(to)].some((named) => replaced.has(named)),
      );
  }

  return {
    replaced(before, after) {
      const both = Object.entries(after.Resources).filter(([id]) => Object.hasOwn(before.Resources, id));
      const replaced = new Set<string>();
      for (let known = -1; known < replaced.size; ) {
        known = replaced.size;
        for (const [id, resource] of both) {
          if (isReplaced(before.Resources[id] as Resource, resource, replaced)) replaced.add(id);
        }
      }
      return [...replaced].sort();
    },
    faults: ({ Resources }) =>
      Object.entries(Resources).flatMap(([logicalId, resource]) =>
        [...ofResource(resource)].map((fault) => `${logicalId} (${resource.Type}) ${fault}`),
      ),
  };
}

/** What an intrinsic function may come to, of which only Fn::If says it in the template; undefined for a plain value. */
function branchesOf(value: unknown): readonly unknown[] | undefined {
  if (!isObject(value)) return undefined;
  const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
  if (more.length > 0 || !INTRINSIC.test(name)) return undefined;
  return name === 'Fn::If' ? (argument as unknown[]).slice(1) : [];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
