import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isRuleFile, MAX_RULES_BYTES, type RuleFile, refusedRules } from '../../../functions/domain/hunt/rules.ts';

export interface ReadRules {
  readonly files: readonly RuleFile[];
  /** What a folder holds beside them. */
  readonly leftOut: readonly string[];
}

/**
 * The rules in these files and folders; a folder's own folders are not looked into.
 * @throws Error that names what cannot be used, and why
 */
export async function readRules(paths: readonly string[]): Promise<ReadRules> {
  const found: string[] = [];
  const leftOut: string[] = [];
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) {
      found.push(path);
      continue;
    }
    for (const name of (await readdir(path)).sort()) (isRuleFile(name) ? found : leftOut).push(join(path, name));
  }
  const files = await Promise.all(found.map(readRule));
  const refused = refusedRules(files);
  if (refused.length > 0) throw new Error(refused.join('; '));
  return { files, leftOut };
}

async function readRule(path: string): Promise<RuleFile> {
  const { size } = await stat(path);
  if (size > MAX_RULES_BYTES) throw new Error(`${path} has ${size} bytes; at most ${MAX_RULES_BYTES} fit`);
  return { name: basename(path), content: await readFile(path) };
}
