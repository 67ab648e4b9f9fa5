/** How every handler is bundled: those of plain Node by CDK, those of the scanner's image by infra/scanner/bundle.ts. */
export const ESBUILD_OPTIONS = {
  format: 'esm',
  target: 'node24',
  mainFields: ['module', 'main'],
  // `debug` loads it where it is there: in this checkout some development package brings it, in the image nothing does.
  external: ['supports-color'],
  // Lambda reports `error.name`, which the state machines match.
  keepNames: true,
  // CommonJS dependencies inside an ESM bundle call require().
  banner: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
} as const;
