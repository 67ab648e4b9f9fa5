import { z } from 'zod';
import { DIALECT_NAMES, type Dialect, type DialectName, dialectNamed, TAGS } from '../../domain/dialects/index.ts';
import { InvalidConfiguration } from '../../domain/errors.ts';
import type { DialectOfStack } from '../../domain/tagged-verdict.ts';
import { SCAN_STATUSES, type ScanStatus } from '../../domain/verdict.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws InvalidConfiguration naming the variable */
export function requiredString(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new InvalidConfiguration(`environment variable ${name} is not set`);
  return value;
}

/** @throws InvalidConfiguration naming the variable and its value */
export function requiredInteger(env: Environment, name: string): number {
  const text = requiredString(env, name);
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidConfiguration(`environment variable ${name} is not an integer: ${JSON.stringify(text)}`);
  }
  return value;
}

/**
 * undefined when the variable is not set or empty.
 * @throws InvalidConfiguration naming the variable and its value
 */
export function optionalInteger(env: Environment, name: string): number | undefined {
  return env[name] ? requiredInteger(env, name) : undefined;
}

/**
 * `DIALECT`, `DIALECT_TAG_KEY` if the dialect lets the user name its tag, and `DIALECT_TAGS` if only the status is wanted.
 * @throws InvalidConfiguration naming the variable and its value
 */
export function requiredDialect(env: Environment): Dialect {
  const name = requiredString(env, 'DIALECT');
  const known = DIALECT_NAMES.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new InvalidConfiguration(`environment variable DIALECT is not one of ${DIALECT_NAMES.join(', ')}: ${name}`);
  }
  const tags = TAGS.find((candidate) => candidate === (env.DIALECT_TAGS || 'full'));
  if (tags === undefined) {
    throw new InvalidConfiguration(
      `environment variable DIALECT_TAGS is not one of ${TAGS.join(', ')}: ${env.DIALECT_TAGS}`,
    );
  }
  return dialectNamed(known, env.DIALECT_TAG_KEY || undefined, tags);
}

/**
 * The same by its name, as the tags of objects are read.
 * @throws as requiredDialect
 */
export function requiredDialectOfStack(env: Environment): DialectOfStack {
  requiredDialect(env);
  return { dialect: env.DIALECT as DialectName, ...(env.DIALECT_TAG_KEY && { tagKey: env.DIALECT_TAG_KEY }) };
}

/**
 * A comma-separated list of statuses; an empty text is an empty list.
 * @throws InvalidConfiguration naming the variable and its value
 */
export function requiredStatuses(env: Environment, name: string): ReadonlySet<ScanStatus> {
  const text = env[name];
  if (text === undefined) throw new InvalidConfiguration(`environment variable ${name} is not set`);
  const statuses = z.array(z.enum(SCAN_STATUSES)).safeParse(text === '' ? [] : text.split(','));
  if (statuses.success) return new Set(statuses.data);
  throw new InvalidConfiguration(`environment variable ${name} is not a list of statuses: ${JSON.stringify(text)}`);
}

/**
 * JSON that matches the schema.
 * @throws InvalidConfiguration naming the variable
 */
export function requiredJson<Schema extends z.ZodType>(
  env: Environment,
  name: string,
  schema: Schema,
): z.infer<Schema> {
  const text = requiredString(env, name);
  try {
    return schema.parse(JSON.parse(text));
  } catch (fault) {
    const reason = fault instanceof z.ZodError ? z.prettifyError(fault) : 'not JSON';
    throw new InvalidConfiguration(`environment variable ${name}: ${reason}`, { cause: fault });
  }
}
