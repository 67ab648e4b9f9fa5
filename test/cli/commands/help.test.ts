import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import pMap from 'p-map';
import { airlock } from '../../support/airlock-command.ts';

/** What `--help` says of each command, against what there is. */
const help = async (...command: string[]) => {
  const { code, stdout } = await airlock([...command, '--help']);
  expect(code).toBe(0);
  return stdout;
};

/** Names below a heading of a help. */
function listed(text: string, heading: string): string[] {
  const [, section = ''] = text.split(`\n${heading}:\n`);
  const [own = ''] = section.split('\n\n');
  return [...own.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

let commands: string[][];
/** What `--help` prints, by the command's words. */
let helps: Map<string, string>;
beforeAll(async () => {
  const tops = listed(await help(), 'Commands').filter((name) => name !== 'complete');
  const all = await Promise.all(
    tops.map(async (name) => {
      const below = listed(await help(name), 'Commands');
      return below.length === 0 ? [[name]] : below.map((inner) => [name, inner]);
    }),
  );
  commands = all.flat();
  helps = new Map(await pMap(commands, async (words) => [words.join(' '), await help(...words)], { concurrency: 2 }));
}, 180_000);

/** The command by its whole name: `redrive` is not in `redrive-executions`. */
const named = (command: string) => new RegExp(`\\bairlock (--local )?${command}(?![\\w-])`);

it('has examples for every command, and the options of every command', () => {
  expect(commands.length).toBeGreaterThan(12);
  for (const [command, text] of helps) {
    const [, examples = ''] = text.split('\nExamples:\n');
    expect(examples).toMatch(named(command));
    expect(text).toContain('--profile <name>');
    expect(text).toContain('--stack <name');
  }
});

describe('the operations pages', () => {
  const folder = 'docs/operations';
  const pages = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

  it('name only commands that there are', () => {
    const known = new Set(commands.map((words) => words.join(' ')));
    const groups = new Set(commands.filter(({ length }) => length === 2).map(([name]) => name));
    for (const page of pages) {
      for (const [, first = '', second = ''] of page.matchAll(
        /npx airlock (?:--local )?([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g,
      )) {
        // In a sentence it is only the name.
        if (['complete', 'takes'].includes(first)) continue;
        const name = groups.has(first) ? `${first} ${second}` : first;
        expect([name, known.has(name)]).toEqual([name, true]);
      }
    }
  });

  it('name only options that the command has', () => {
    const lines = pages.flatMap((page) => page.match(/npx airlock [^\n`|;)#]+/g) ?? []);
    const unknown = lines.flatMap((line) => {
      const words = line
        .replace(/ --local\b/, '')
        .split(/\s+/)
        .slice(2);
      const text = helps.get(words.slice(0, 2).join(' ')) ?? helps.get(words[0] ?? '');
      const options = words.flatMap((word) => /^--[a-z][a-z-]*/.exec(word)?.[0] ?? []);
      return text === undefined ? [] : options.filter((option) => !new RegExp(`${option}(?![\\w-])`).test(text));
    });
    expect([unknown, lines.length > 30]).toEqual([[], true]);
  });

  it('name every command', () => {
    const text = pages.join('\n');
    const missing = [...helps.keys()].filter((command) => !named(command).test(text) && command !== 'init');
    expect(missing).toEqual([]);
  });
});
