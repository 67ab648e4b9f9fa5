import { z } from 'zod';
import { AirlockConfigSchema } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A Markdown table of every key of the configuration, from its schema, for docs/configuration.md. */
export function configurationTable(): string {
  const schema = z.toJSONSchema(AirlockConfigSchema, { io: 'input' });
  const rows = [...describe(schema, '')];
  return ['| key | values | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function* describe(schema: JsonSchema, prefix: string): Generator<string> {
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const property = value as JsonSchema;
    const path = `${prefix}${key}`;
    const members = property.type === 'array' ? (property.items as JsonSchema) : property;
    if (members.type === 'object') {
      yield* describe(members, property.type === 'array' ? `${path}[].` : `${path}.`);
      continue;
    }
    const fallback = property.default === undefined ? '' : `\`${JSON.stringify(property.default)}\``;
    yield `| \`${path}\` | ${values(property)} | ${fallback} | ${property.description ?? ''} |`;
  }
}

function values(schema: JsonSchema): string {
  if (schema.type === 'array') return `list of: ${values(schema.items as JsonSchema)}`;
  if (schema.anyOf !== undefined) return schema.anyOf.map((option) => values(option as JsonSchema)).join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  const { minimum, exclusiveMinimum, maximum } = schema;
  const least = minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : undefined);
  if (schema.type !== 'integer' || least === undefined || least < 0) return [schema.type].flat().join(' or ');
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${maximum}`;
}

if (import.meta.main) console.log(configurationTable());
