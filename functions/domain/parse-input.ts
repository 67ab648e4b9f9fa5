import type { z } from 'zod';
import { InvalidInput } from './errors.ts';

/** The most characters of a refused value in its message. */
const SHOWN_CHARACTERS = 100;

/**
 * Parses a payload with its schema.
 * @throws InvalidInput when it does not fit; the message names each wrong key and its value
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(payload, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new InvalidInput(parsed.error.issues.map(complaint).join('; '), { cause: parsed.error });
}

function complaint({ path, message, input, ...issue }: z.core.$ZodIssue): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const given = unknown.map((key) => (input as Record<string, unknown>)[key]);
  return `${path.join('.') || 'payload'}: ${message} (${shown(unknown.length > 0 ? given : input)})`;
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'missing';
  return json.length > SHOWN_CHARACTERS ? `${json.slice(0, SHOWN_CHARACTERS)}…` : json;
}
