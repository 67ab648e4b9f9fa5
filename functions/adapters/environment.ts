import { InvalidConfiguration } from '../domain/errors.ts';

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
  if (!Number.isSafeInteger(value)) {
    throw new InvalidConfiguration(`environment variable ${name} is not an integer: ${JSON.stringify(text)}`);
  }
  return value;
}
