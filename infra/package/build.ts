import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bundleHandler } from '../constructs/functions/handler-code.ts';
import { ROOT } from '../repository-root.ts';
import { synthesizeTemplate } from '../synthesize.ts';
import { bundleForBrowsers } from './browser-bundle.ts';
import { bundleCommand } from './bundle-command.ts';

/*
 * Builds `dist`, what `npm pack` packs: JavaScript and types of the construct and of the upload ticket, the bundled
 * command, the console's page, the state machines, a bundle of each handler of plain Node, and the context of the
 * scanner's image.
 */
const DIST = join(ROOT, 'dist');
/** What infra/scanner/Dockerfile copies. */
const IMAGE_FILES = ['package.json', 'package-lock.json', 'functions', 'infra/esbuild-options.ts', 'infra/scanner'];
/** Together they have every handler. */
const CONFIGURATIONS = [
  { report: { schedule: 'rate(1 day)' }, requests: true },
  { workflow: 'EXPRESS', engine: { ephemeralStorageMb: 6144 } },
];

rmSync(DIST, { recursive: true, force: true });
const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
for (const project of ['infra/package/tsconfig.json', 'infra/package/tsconfig.browser.json']) {
  execFileSync(process.execPath, [compiler, '-p', project], { cwd: ROOT, stdio: 'inherit' });
}
await bundleCommand(DIST);
bundleForBrowsers(join(DIST, 'clients/upload/browser/index.js'));
copy('statemachines');
for (const file of IMAGE_FILES) copy(file, join('image', file));
for (const handler of new Set(CONFIGURATIONS.flatMap(handlersOfPlainNode))) {
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
