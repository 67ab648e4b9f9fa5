import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const PAGE = join(import.meta.dirname, 'page');
const ROOT = dirname(import.meta.dirname);
/** Browsers of the last two years: `light-dark()` of CSS is no older. */
const TARGET = ['chrome123', 'firefox120', 'safari17.5'];

/** The page's files: names and contents. */
export async function bundlePage(): Promise<(readonly [name: string, content: Uint8Array])[]> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(PAGE, 'app.tsx'), join(PAGE, 'theme.ts')],
    tsconfig: join(PAGE, 'tsconfig.json'),
    outdir: join(PAGE, 'built'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    // They stand in a file of their own.
    legalComments: 'none',
    absWorkingDir: ROOT,
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const still = ['index.html', 'icon.svg'].map(async (name) => [name, await readFile(join(PAGE, name))] as const);
  return [
    ...outputFiles.map(({ path, contents }) => [basename(path), contents] as const),
    ...(await Promise.all(still)),
    ['licenses.txt', Buffer.from(await licensesOf(Object.keys(metafile.inputs)))],
  ];
}

/** The licenses of the packages that are in the bundle, which ask to go with it. */
async function licensesOf(inputs: readonly string[]): Promise<string> {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  // Packed into dagre itself.
  if (packages.has('@dagrejs/dagre')) packages.add('@dagrejs/graphlib');
  const texts = [...packages].sort().map(async (name) => {
    const folder = join(ROOT, 'node_modules', name);
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} has no file with its license`);
    return `${name}\n\n${await readFile(join(folder, file), 'utf8')}`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}
