import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const STARTERS = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'] as const;

/**
 * Makes every start of a process fail, until what it returns is called: that fails too when there was one, since a test
 * may have taken the failure for a machine without that program.
 */
export function forbidProcesses(): () => void {
  const own = Object.fromEntries(STARTERS.map((name) => [name, childProcess[name]]));
  const refusals: Error[] = [];
  const refuse = (command: unknown) => {
    const refusal = new Error(`\`npm test\` starts no process (${command}): list the test file in test/suites.js`);
    refusals.push(refusal);
    throw refusal;
  };
  set(Object.fromEntries(STARTERS.map((name) => [name, refuse])));
  return () => {
    set(own);
    if (refusals[0] !== undefined) throw refusals[0];
  };
}

function set(functions: object): void {
  Object.assign(childProcess, functions);
  // For those who import them by name.
  syncBuiltinESMExports();
}
