#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In the installed package there is only what was built: Node runs no TypeScript below node_modules.
const built = new URL('../dist/cli/airlock.js', import.meta.url);
const source = new URL('./airlock.ts', import.meta.url);
await import((existsSync(source) ? source : built).href);
