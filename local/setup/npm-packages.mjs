import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './messages.mjs';
import { run } from './programs.mjs';

/** Says for which lock file the packages were installed. */
const STAMP = '.installed-lock';

const lockOf = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

export function hasPackages(root) {
  const stamp = join(root, 'node_modules', STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockOf(root);
}

export function installPackages(root) {
  say('installing the npm packages of package-lock.json, Node 24 among them (about a minute)');
  const stamp = join(root, 'node_modules', STAMP);
  // First: an installation that is killed must not look like a finished one.
  rmSync(stamp, { force: true });
  run('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], { cwd: root });
  writeFileSync(stamp, lockOf(root));
}
