import { build } from 'esbuild';
import { ESBUILD_OPTIONS } from '../esbuild-options.ts';

const [outdir = '', ...entryPoints] = process.argv.slice(2);

await build({
  ...ESBUILD_OPTIONS,
  mainFields: [...ESBUILD_OPTIONS.mainFields],
  external: [...ESBUILD_OPTIONS.external],
  banner: { js: ESBUILD_OPTIONS.banner },
  entryPoints,
  outdir,
  bundle: true,
  splitting: true,
  entryNames: '[name]',
  platform: 'node',
  outExtension: { '.js': '.mjs' },
});
