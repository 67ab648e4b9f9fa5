import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildPage } from '../../console/build.ts';
import { bundleHandler } from '../constructs/functions/handler-code.ts';
import { ROOT } from '../repository-root.ts';
import { synthesizeTemplate } from '../synthesize.ts';
import { bundleForBrowsers } from './browser-bundle.ts';

/*
 * Builds `dist`, what `npm pack` packs: JavaScript and types of the construct, of the CLI, of the console and of the
 * upload ticket, the console's page, the state machines, a bundle of each handler of plain Node, and the context of the scanner's image.
 */
const DIST = join(ROOT, 'dist');
/** What infra/scanner/Dockerfile copies. */
const IMAGE_FILES = ['package.json', 'package-lock.json', 'functions', 'infra/esbuild-options.ts', 'infra/scanner'];
const WORKFLOWS = [{}, { workflow: 'EXPRESS', engine: { ephemeralStorageMb: 6144 } }];

rmSync(DIST, { recursive: true, force: true });
const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
for (const project of ['infra/package/tsconfig.json', 'infra/package/tsconfig.browser.json']) {
  execFileSync(process.execPath, [compiler, '-p', project], { cwd: ROOT, stdio: 'inherit' });
}
bundleForBrowsers(join(DIST, 'clients/upload/browser/index.js'));
await buildPage(join(DIST, 'console/built'));
copy('package.json');
copy('statemachines');
copy('cli/completion');
for (const file of IMAGE_FILES) copy(file, join('image', file));
for (const handler of new Set(WORKFLOWS.flatMap(handlersOfPlainNode))) {
  bundleHandler(handler, join(DIST, 'bundles', basename(handler, '.ts'), 'index.mjs'));
}

function handlersOfPlainNode(airlock: object): string[] {
  const { template, handlers } = synthesizeTemplate(airlock);
  return Object.entries(handlers).flatMap(([id, handler]) =>
    template.Resources[id]?.Properties?.PackageType === 'Image' ? [] : [handler],
  );
}

function copy(from: string, to = from): void {
  mkdirSync(dirname(join(DIST, to)), { recursive: true });
  cpSync(join(ROOT, from), join(DIST, to), { recursive: true });
}
