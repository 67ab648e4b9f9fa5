#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// In the installed package there is only what was built: Node runs no TypeScript below node_modules.
const built = new URL('../dist/cli/airlock.js', import.meta.url);
const source = new URL('./airlock.ts', import.meta.url);
const isCheckout = existsSync(source);
// Tab should answer at once. Not in the system's temporary folder, where others could put code.
if (isCheckout) {
  const cache = new URL('../node_modules/.cache/s3-airlock/compiled', import.meta.url);
  module.enableCompileCache?.(fileURLToPath(cache));
}
await import((isCheckout ? source : built).href);
