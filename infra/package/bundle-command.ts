import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { buildPage } from '../../console/build.ts';
import { ESBUILD_OPTIONS } from '../esbuild-options.ts';
import { ROOT } from '../repository-root.ts';

/** What cli/root.ts finds beside the command. */
const FILES = ['package.json', 'cli/completion'];

/**
 * The operator's command as a few files in place of two thousand: Node reads and links those in a third of the time.
 * @param root gets `cli/airlock.js`, and what it reads, the console's page too
 */
export async function bundleCommand(root: string): Promise<void> {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['cli/airlock.ts'],
    outdir: join(root, 'cli'),
    bundle: true,
    // Ways to credentials that are not taken are not loaded.
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    format: ESBUILD_OPTIONS.format,
    target: 'node20',
    mainFields: [...ESBUILD_OPTIONS.mainFields],
    // What bundles the page in a checkout.
    external: [...ESBUILD_OPTIONS.external, 'esbuild'],
    keepNames: ESBUILD_OPTIONS.keepNames,
    banner: { js: ESBUILD_OPTIONS.banner },
    logLevel: 'warning',
  });
  await buildPage(join(root, 'console/built'));
  for (const file of FILES) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
  }
}
