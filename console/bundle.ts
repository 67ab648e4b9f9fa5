import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const PAGE = join(import.meta.dirname, 'page');
/** Browsers of the last two years: `light-dark()` of CSS is no older. */
const TARGET = ['chrome123', 'firefox120', 'safari17.5'];

/** The page's files: names and contents. */
export async function bundlePage(): Promise<(readonly [name: string, content: Uint8Array])[]> {
  const { outputFiles } = await build({
    entryPoints: [join(PAGE, 'app.tsx'), join(PAGE, 'theme.ts')],
    tsconfig: join(PAGE, 'tsconfig.json'),
    outdir: join(PAGE, 'built'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    // Licenses of what is bundled stay in the bundle.
    legalComments: 'inline',
    write: false,
    logLevel: 'warning',
  });
  const still = ['index.html', 'icon.svg'].map(async (name) => [name, await readFile(join(PAGE, name))] as const);
  return [
    ...outputFiles.map(({ path, contents }) => [basename(path), contents] as const),
    ...(await Promise.all(still)),
  ];
}
