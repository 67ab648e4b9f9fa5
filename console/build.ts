import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePage } from './bundle.ts';

/** Writes the page's files into a folder: that of the npm package. */
export async function buildPage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of await bundlePage()) writeFileSync(join(folder, name), content);
}
