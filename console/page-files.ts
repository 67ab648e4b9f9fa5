import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** What the server hands out, by path: `/app.js`. */
export type Page = ReadonlyMap<string, PageFile>;
export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

/** Nothing else is served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Where infra/package/bundle-command.ts puts the bundled page; a checkout has no such folder. Bundled itself, this module is in
 * `cli`.
 */
const BUILT = join(import.meta.dirname, '../console/built');

/** The bundled page of the npm package; in a checkout it is bundled now, in a fraction of a second. */
export async function pageFiles(): Promise<Page> {
  if (existsSync(BUILT)) {
    const names = await readdir(BUILT);
    return toPage(await Promise.all(names.map(async (name) => [name, await readFile(join(BUILT, name))] as const)));
  }
  const { bundlePage } = await import('./bundle.ts');
  return toPage(await bundlePage());
}

function toPage(files: readonly (readonly [name: string, content: Uint8Array])[]): Page {
  return new Map(
    files.flatMap(([name, content]) => {
      const type = TYPES[extname(name)];
      return type === undefined ? [] : [[`/${name}`, { type, content }] as const];
    }),
  );
}
