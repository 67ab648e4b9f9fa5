// Plain JavaScript for Node 20 and built-in modules only: nothing is installed yet. Safe to repeat; does nothing when
// nothing is missing.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installFromDistribution, isInstalled } from './distribution.mjs';
import { say, stop } from './messages.mjs';
import { DEFAULT_NEEDS, NEEDS, optionFault } from './needs.mjs';
import { hasPackages, installPackages } from './npm-packages.mjs';
import { temporaryFolderFault } from './temporary-folder.mjs';
import { inTurn } from './turn.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const given = process.argv.slice(2);
const option = given[0] in NEEDS ? given[0] : undefined;
const [command, ...args] = option === undefined ? given : given.slice(1);
if (command === undefined) stop(`usage: node local/setup.mjs [${Object.keys(NEEDS).join(' | ')}] COMMAND [ARGUMENT…]`);
const fault = optionFault(option) ?? temporaryFolderFault();
if (fault !== undefined) stop(fault);

const needs = option === undefined ? DEFAULT_NEEDS : NEEDS[option];
if (!hasPackages(root) || !needs.every(isInstalled)) {
  const onWait = (pid) => say(`another command (process ${pid}) is installing what is missing; waiting for it`);
  inTurn(join(root, '.setup-turns'), onWait, () => {
    if (!hasPackages(root)) installPackages(root);
    for (const need of needs) if (!isInstalled(need)) installFromDistribution(need);
  });
}

const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, PATH: path } });
// The terminal sends Ctrl-C to the child too; here it must not end the wait for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => stop(`cannot run ${command}: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
