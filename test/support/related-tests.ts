import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { extract } from './dependencies.js';

const IMPORTED = /(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']+)'/g;

/** Who imports whom, and names whom in a string. All paths are relative to the root. */
export class ImportGraph {
  readonly #importers = new Map<string, Set<string>>();

  constructor(root: string) {
    for (const importer of globSync('{cli,emulator,functions,infra,local,test}/**/*.ts', { cwd: root })) {
      const path = join(root, importer);
      const imports = (code: string) => [...code.matchAll(IMPORTED)].map(([, name = '']) => resolve(path, '..', name));
      for (const imported of extract(readFileSync(path, 'utf8'), path, imports)) {
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
