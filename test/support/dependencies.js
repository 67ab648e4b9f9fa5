import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const FILE_NAME = /(['"`])((?:\.{1,2}\/|[\w-]+\/)+[\w.-]+\.(?:ts|mjs|json|md|conf))\1/g;

/**
 * Jest's own dependencies of a file (what it imports), and each file of this project that it names in a string: what
 * it reads, or runs in a process of its own. So a change of a state machine finds the tests that read it.
 *
 * @see https://jestjs.io/docs/configuration#dependencyextractor-string
 */
export function extract(code, path, extractImports) {
  const named = [...code.matchAll(FILE_NAME)]
    .flatMap(([, , name]) => [resolve(dirname(path), name), resolve(ROOT, name)])
    .filter((file) => file !== path && file.startsWith(ROOT) && existsSync(file));
  return new Set([...extractImports(code, path), ...named]);
}

/** Jest keeps what was extracted under this: change it with the rule above. */
export const getCacheKey = () => '1';
