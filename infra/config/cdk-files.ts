import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type JsonObject = Readonly<Record<string, unknown>>;

/** What CDK's files hold; an absent one is an empty object. */
export interface CdkFiles {
  /** cdk.json of the folder that `cdk` runs in. */
  readonly project: JsonObject;
  /** cdk.context.json beside it: CDK's own notes, keys of the context. */
  readonly cached: JsonObject;
  /** ~/.cdk.json */
  readonly user: JsonObject;
}

export function readCdkFiles(folder = process.cwd(), home = homedir()): CdkFiles {
  return {
    project: readObject(join(folder, 'cdk.json')),
    cached: readObject(join(folder, 'cdk.context.json')),
    user: readObject(join(home, '.cdk.json')),
  };
}

/** CDK itself reports a file that it cannot parse. */
function readObject(file: string): JsonObject {
  if (!existsSync(file)) return {};
  try {
    return asObject(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')));
  } catch {
    return {};
  }
}

export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
