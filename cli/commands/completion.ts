import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/**
 * `complete <shell>` prints a script for the shell; it calls `complete -- WORDS…` at each Tab. Call last: it looks at the
 * commands that are there.
 */
export function addCompletion(program: Command): void {
  tab(program);
  program.commands
    .find((command) => command.name() === 'complete')
    ?.description('prints a script with which a shell completes commands, options and values: bash, zsh or fish');
}
