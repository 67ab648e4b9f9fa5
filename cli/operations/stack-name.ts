import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asObject } from '../../infra/config/cdk-files.ts';

/** The name that the stack has when the configuration gives none. */
export const DEFAULT_STACK = 'S3Airlock';

/**
 * `stackName` of the configuration in the nearest cdk.json, of this folder or one above it; S3Airlock without one.
 * @throws Error when that file cannot be read: another stack than the one that was meant could be changed
 */
export function configuredStack(folder = process.cwd()): string {
  const file = nearest('cdk.json', folder);
  if (file === undefined) return DEFAULT_STACK;
  const name = asObject(asObject(contentOf(file).context).airlock).stackName;
  return typeof name === 'string' && name !== '' ? name : DEFAULT_STACK;
}

/** The path of that file in this folder or in the nearest above it. */
export function nearest(name: string, folder: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : nearest(name, above);
}

function contentOf(file: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')));
  } catch (fault) {
    throw new Error(`${file} cannot be read, which names the stack: ${(fault as Error).message}. Give --stack`);
  }
}
