import { readFileSync } from 'node:fs';
import completion from '@bomb.sh/tab';
import fill from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { ROOT } from '../root.ts';

const SHELLS = ['bash', 'zsh', 'fish'];
const DESCRIPTION = `prints a script with which a shell completes commands, options and values: ${SHELLS.join(', ')}`;

/**
 * `complete <shell>` prints a script for the shell; it calls `complete -- WORDS…` at each Tab. The scripts are our own
 * (docs/decisions/0035). Call last: it looks at the commands that are there.
 */
export function addCompletion(program: Command): void {
  fill(program);
  const complete = program.commands.find((command) => command.name() === 'complete');
  const [shell] = complete?.registeredArguments ?? [];
  if (complete === undefined || shell === undefined) throw new Error('@bomb.sh/tab added no command complete');
  shell.description = '';
  complete.description(DESCRIPTION).action((name: string | undefined, _, { args }: Command) => {
    if (process.argv.includes('--')) return completion.parse([...args]);
    if (name === undefined || !SHELLS.includes(name)) {
      return complete.error(`error: complete takes the name of a shell: ${SHELLS.join(', ')}`);
    }
    process.stdout.write(scriptFor(name, program.name()));
  });
  completion.command('complete', DESCRIPTION).argument('shell', (offer) => {
    for (const name of SHELLS) offer(name, '');
  });
}

function scriptFor(shell: string, name: string): string {
  const script = readFileSync(new URL(`cli/completion/airlock.${shell}`, ROOT), 'utf8');
  return script.replaceAll('{{name}}', name);
}
