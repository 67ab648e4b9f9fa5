import { closestMatch } from 'leven';
import { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** One line for each fault: the key's path from `airlock`, its value, and what is wrong with it. */
export function explain(error: z.ZodError, schema: z.ZodType): string {
  return error.issues.flatMap((issue) => lines(issue, schema)).join('\n');
}

function lines(issue: Issue, schema: z.ZodType): string[] {
  if (issue.code !== 'unrecognized_keys') {
    if (issue.code === 'invalid_type' && issue.input === undefined) return [`${at(issue.path)} is missing`];
    return [`${at(issue.path)}: ${JSON.stringify(issue.input)} ${complaint(issue)}`];
  }
  return issue.keys.map((key) => {
    const given = (issue.input as Record<string, unknown> | undefined)?.[key];
    return `${at([...issue.path, key])}: unknown key (${JSON.stringify(given)})${didYouMean(key, keysAt(schema, issue.path))}`;
  });
}

/** The word that a misspelled one resembles most, as the end of a sentence; empty when none does. */
export function didYouMean(given: string, words: readonly string[]): string {
  const meant = closestMatch(given, words, { maxDistance: Math.ceil(given.length / 3) });
  return meant === undefined ? '' : `, did you mean ${meant}?`;
}

function at(path: readonly PropertyKey[]): string {
  return `airlock${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')}`;
}

function complaint(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `is not ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return `is none of ${issue.values.join(', ')}`;
    default:
      return issue.message;
  }
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let json: z.core.JSONSchema._JSONSchema | undefined = z.toJSONSchema(schema, { io: 'input' });
  for (const step of path) {
    if (typeof json !== 'object') return [];
    json = typeof step === 'number' ? (json.items as typeof json) : json.properties?.[String(step)];
  }
  return typeof json === 'object' ? Object.keys(json.properties ?? {}) : [];
}
