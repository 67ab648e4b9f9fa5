import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { GROUPS } from '../../functions/domain/file-type/types/media-types.ts';
import { ROOT } from '../repository-root.ts';
import { AirlockConfigSchema } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Keys that parseConfig drops. */
const COMMENTS = { '^//': {} };

/** JSON schemas for editors, by file name in `schema/`. They know keys, types and ranges, not the rules between keys. */
export function jsonSchemas(): Readonly<Record<string, JsonSchema>> {
  return {
    'airlock.schema.json': titled('Configuration of s3-airlock', airlockSchema()),
    'cdk.schema.json': titled('cdk.json of s3-airlock', {
      type: 'object',
      properties: {
        context: {
          type: 'object',
          properties: { airlock: { $ref: 'airlock.schema.json' } },
          required: ['airlock'],
        },
      },
      required: ['context'],
    }),
  };
}

export const asFile = (schema: JsonSchema): string => `${JSON.stringify(schema, null, 2)}\n`;

/** Draft 7, which all editors know. */
const titled = (title: string, { $schema, ...schema }: JsonSchema): JsonSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title,
  ...schema,
});

function airlockSchema(): JsonSchema {
  const schema = z.toJSONSchema(AirlockConfigSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (jsonSchema.type === 'object') jsonSchema.patternProperties = COMMENTS;
    },
  });
  const { allowedTypes, ...properties } = schema.properties ?? {};
  const suggested: JsonSchema = { type: 'string', examples: ['*', ...Object.keys(GROUPS)] };
  return {
    ...schema,
    properties: {
      // The file of `npm run local -- --config FILE` may name its schema.
      $schema: { type: 'string' },
      ...properties,
      allowedTypes: { ...(allowedTypes as JsonSchema), items: suggested },
    },
  };
}

if (import.meta.main) {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    writeFileSync(join(ROOT, 'schema', name), asFile(schema));
  }
}
