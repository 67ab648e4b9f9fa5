import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { extract } from './dependencies.js';

/** Gone when the program runs. */
const TYPES_ONLY = /^(?:import|export) type [^;]*;/gm;
const IMPORTED = /(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']+)'/g;

/** Who imports whom, and unless it is `loaded` names whom in a string. All paths are relative to the root. */
export class ImportGraph {
  readonly #importers = new Map<string, Set<string>>();

  constructor(root: string, which: 'named' | 'loaded' = 'named') {
    for (const importer of globSync('{cli,emulator,functions,infra,local,test}/**/*.ts', { cwd: root })) {
      const path = join(root, importer);
      const imports = (code: string) => [...code.matchAll(IMPORTED)].map(([, name = '']) => resolve(path, '..', name));
      const code = readFileSync(path, 'utf8');
      const reached = which === 'loaded' ? imports(code.replaceAll(TYPES_ONLY, '')) : extract(code, path, imports);
      for (const imported of reached) {
        const name = relative(root, imported);
        this.#importers.set(name, (this.#importers.get(name) ?? new Set()).add(importer));
      }
    }
  }

  /** Every file that reaches one of these over at most so many imports, nearest first, with that number. */
  importersOf(files: readonly string[], farthest = Number.POSITIVE_INFINITY): ReadonlyMap<string, number> {
    const distances = new Map(files.map((file) => [file, 0]));
    for (const [file, distance] of distances) {
      if (distance === farthest) continue;
      for (const importer of this.#importers.get(file) ?? []) {
        if (!distances.has(importer)) distances.set(importer, distance + 1);
      }
    }
    return distances;
  }
}
