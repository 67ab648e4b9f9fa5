import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
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
beforeAll(async () => {
  const tops = listed(await help(), 'Commands').filter((name) => name !== 'complete');
  const all = await Promise.all(
    tops.map(async (name) => {
      const below = listed(await help(name), 'Commands');
      return below.length === 0 ? [[name]] : below.map((inner) => [name, inner]);
    }),
  );
  commands = all.flat();
}, 120_000);

it('has examples for every command, and the options of every command', async () => {
  expect(commands.length).toBeGreaterThan(12);
  for (const command of commands) {
    const text = await help(...command);
    expect(text).toMatch(new RegExp(`\\nExamples:\\n {2}.*airlock ${command.join(' ')}`));
    expect(text).toContain('--profile <name>');
    expect(text).toContain('--stack <name');
  }
}, 180_000);

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

  it('name every command', () => {
    const text = pages.join('\n');
    const missing = commands.filter((words) => !text.includes(`airlock ${words.join(' ')}`) && words[0] !== 'init');
    expect(missing).toEqual([]);
  });
});
