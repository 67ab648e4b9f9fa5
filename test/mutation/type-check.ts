import { join } from 'node:path';
import { API } from 'typescript/unstable/async';
import type { Mutant } from './mutant.ts';

/** The compiler kept running, so that a mutant costs milliseconds instead of the seconds of `tsc`. */
export async function startTypeCheck(root: string) {
  const planted = new Map<string, string>();
  const api = new API({ cwd: root, fs: { readFile: (file) => planted.get(file) } });
  const config = join(root, 'tsconfig.json');
  let project = (await api.updateSnapshot({ openProjects: [config] })).getProject(config);

  async function update(file: string): Promise<void> {
    project = (await api.updateSnapshot({ fileChanges: { changed: [file] } })).getProject(config);
  }

  return {
    /**
     * The compiler's errors for the mutant; undefined when there are none.
     * @param importers files in which a change of the mutant's types could show
     */
    async complaint({ file, text }: Mutant, importers: readonly string[]): Promise<string | undefined> {
      const path = join(root, file);
      planted.set(path, text);
      await update(path);
      try {
        for (const checked of [path, ...importers.map((importer) => join(root, importer))]) {
          const syntax = checked === path ? ((await project?.program.getSyntacticDiagnostics(checked)) ?? []) : [];
          const found = [...syntax, ...((await project?.program.getSemanticDiagnostics(checked)) ?? [])][0];
          if (found !== undefined) return found.text;
        }
        return undefined;
      } finally {
        planted.delete(path);
        await update(path);
      }
    },
    close: () => api.close(),
  };
}

export type TypeCheck = Awaited<ReturnType<typeof startTypeCheck>>;
