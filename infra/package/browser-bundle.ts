import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { ROOT } from '../repository-root.ts';

/** The browser's part of the upload ticket as one module, so that a page without a bundler can import it. */
export function bundleForBrowsers(outfile: string): void {
  buildSync({
    entryPoints: [join(ROOT, 'clients/upload/browser/index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    // What browsers of the last three years run.
    target: 'es2022',
    logLevel: 'warning',
  });
}
