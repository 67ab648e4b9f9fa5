import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const TAB = '\t';
const KILL_LINE = '\x15';
const READY = 'READY> ';

/** How a shell starts without the user's files, and loads a completion twice, as whoever edits his settings does. */
interface Shell {
  readonly arguments: (settings: string) => string[];
  readonly settings: (name: string) => string;
}

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: {
    arguments: (settings) => ['--noprofile', '--rcfile', settings, '-i'],
    settings: (name) => `PS1='${READY}'
bind 'set enable-bracketed-paste off'
${name} complete bash >completion; source ./completion; source ./completion
`,
  },
  zsh: {
    arguments: () => ['-d', '-i'],
    settings: (name) => `PS1='${READY}'; unsetopt promptcr promptsp
autoload -U compinit && compinit -u -D
${name} complete zsh >completion; source ./completion; source ./completion
`,
  },
  fish: {
    arguments: (settings) => ['--no-config', '-i', '-C', `source ${settings}`],
    settings: (name) => `function fish_prompt; echo -n '${READY}'; end
function fish_title; end
set -g fish_greeting
set -g fish_autosuggestion_enabled 0
${name} complete fish >completion; source ./completion; source ./completion
`,
  },
};

export const isInstalled = (program: string) => spawnSync(program, ['--version']).error === undefined;

/** An interactive shell on a terminal of its own, with the command under this name in its PATH. Linux only. */
export class InteractiveShell {
  readonly #folder: string;
  readonly #shell: string;
  readonly #name: string;
  readonly #received: string;

  constructor(folder: string, shell: string, name: string) {
    [this.#folder, this.#shell, this.#name] = [folder, shell, name];
    this.#received = join(folder, 'received');
    const programs = join(folder, 'programs');
    mkdirSync(join(programs, 'real'), { recursive: true });
    symlinkSync(resolve('cli/bin.mjs'), join(programs, 'real', name));
    // Completion is the real one, unless it is to offer nothing; every other call only notes its words.
    writeFileSync(
      join(programs, name),
      `#!/bin/sh
[ "$2$OFFERS_NOTHING" = --yes ] && exec echo :4
[ "$1" = complete ] && exec node '${programs}/real/${name}' "$@"
for word; do printf '%s\\n' "$word"; done >>'${this.#received}'
echo --end-- >>'${this.#received}'
`,
    );
    chmodSync(join(programs, name), 0o755);
  }

  /** @returns for each line, the words that the command got after Tab and Enter */
  async tabAndEnter(lines: readonly string[]): Promise<string[][]> {
    writeFileSync(this.#received, '');
    await this.#type(lines.map((line) => `${this.#name} ${line}${TAB}\n`));
    const calls = readFileSync(this.#received, 'utf8').split('--end--\n').slice(0, -1);
    return calls.map((words) => words.split('\n').slice(0, -1));
  }

  /** Tab at the end of each line, which is then given up. The command offers nothing, at once. */
  async tab(lines: readonly string[]): Promise<void> {
    const typed = lines.map((line) => `${this.#name} ${line}${TAB}${KILL_LINE}\n`);
    await this.#type(typed, { OFFERS_NOTHING: 'yes' });
  }

  async #type(inputs: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const { arguments: args, settings } = SHELLS[this.#shell] as Shell;
    const file = join(this.#folder, this.#shell === 'zsh' ? '.zshrc' : 'settings');
    writeFileSync(file, settings(this.#name));
    const command = [this.#shell, ...args(file)].map((word) => `'${word}'`).join(' ');
    const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd: this.#folder,
      env: {
        PATH: `${join(this.#folder, 'programs')}:${process.env.PATH}`,
        HOME: this.#folder,
        ZDOTDIR: this.#folder,
        TERM: 'xterm',
        LC_ALL: 'C.UTF-8',
        ...environment,
      },
    });
    let seen = '';
    const pending = [...inputs, 'exit\n'];
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
      // Each line is typed at a prompt of its own, which appears once the line before it has been dealt with.
      while (seen.includes(READY) && pending.length > 0) {
        seen = seen.slice(seen.indexOf(READY) + READY.length);
        terminal.stdin.write(pending.shift() as string);
      }
    });
    terminal.stderr.resume();
    await once(terminal, 'close');
  }
}
