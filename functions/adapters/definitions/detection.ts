import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoredNames, isLineBased, kindOf, packedDetects, textDetects } from '../../domain/definitions/detection.ts';
import { DefinitionsUnavailable } from '../../domain/errors.ts';
import type { Environment } from '../process/environment.ts';
import { headerOf } from './header.ts';

/**
 * Whether `TEST_SIGNATURES` allows definitions that detect nothing but EICAR. Never on Lambda: only the local stack and
 * tests set it.
 */
export function testSignaturesAllowed(env: Environment): boolean {
  return env.TEST_SIGNATURES === 'allowed' && !env.AWS_LAMBDA_FUNCTION_NAME;
}

/**
 * @param place what the message names
 * @throws DefinitionsUnavailable unless the files hold a signature that detects anything but EICAR
 */
export async function assertDetection(directory: string, names: readonly string[], place = directory): Promise<void> {
  if (await holdsDetection(directory, names)) return;
  throw new DefinitionsUnavailable(
    `the definitions in ${place} hold no signature but EICAR's and s3-airlock's own, so nothing can be CLEAN: update them, or add detection signatures`,
  );
}

/** Whether the files hold a signature that detects anything but EICAR. */
export async function holdsDetection(directory: string, names: readonly string[]): Promise<boolean> {
  const packed = names.filter((name) => kindOf(name) === 'packed');
  for (const name of packed) if (packedDetects(await headerOf(join(directory, name)))) return true;
  const read = (name: string) => readFile(join(directory, name), 'latin1');
  const ignored = new Set<string>();
  for (const name of names) {
    if (kindOf(name) === 'ignoring') for (const one of ignoredNames(name, await read(name))) ignored.add(one);
  }
  for (const name of names) {
    if (kindOf(name) !== 'detecting') continue;
    const found = isLineBased(name)
      ? await someLine(join(directory, name), (line) => textDetects(name, line, ignored))
      : textDetects(name, await read(name), ignored);
    if (found) return true;
  }
  return false;
}

/** Reads no further than to the first such line: sets of others can have millions. */
async function someLine(path: string, matches: (line: string) => boolean): Promise<boolean> {
  const file = await open(path);
  try {
    for await (const line of file.readLines({ encoding: 'latin1' })) if (matches(line)) return true;
    return false;
  } finally {
    await file.close();
  }
}
