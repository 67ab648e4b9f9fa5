import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { createPatch } from 'diff';
import { parseConfig } from '../../infra/config/schema.ts';
import { askConfiguration, yes } from '../operations/ask-configuration.ts';
import { edited, sectionOf } from '../operations/init-file.ts';
import { commented, type Section, suggested } from '../operations/init-questions.ts';
import { canAsk, STANDARD, type Terminal } from './confirm.ts';
import { dialogue, Interrupted } from './dialogue.ts';
import { examples } from './examples.ts';
import { tell } from './output.ts';

const FILE = 'cdk.json';

export function addInit(program: Command): void {
  program
    .command('init')
    .description(`asks five questions and writes the configuration into ${FILE} of this folder`)
    .option('--yes', 'asks nothing: writes the suggestions, if there is no configuration yet')
    .addHelpText('after', examples('airlock init', 'airlock init --yes && npx cdk deploy'))
    .action(async ({ yes: asked = false }) => {
      process.exitCode = asked ? initUnasked() : await initByAsking();
    });
}

function initUnasked(): number {
  const text = read(FILE);
  if (sectionOf(text) !== undefined) tell(`${FILE} has a configuration already: nothing changed`);
  else write(FILE, edited(text, commented(suggested())));
  return 0;
}

/** Exit code 1: the answer was no, or there was none. */
export async function initByAsking(terminal: Terminal = STANDARD, file = FILE): Promise<number> {
  const text = read(file);
  const before = sectionOf(text);
  if (!canAsk(terminal)) {
    throw new Error('there is no terminal to ask on. To write the suggestions without questions, add --yes');
  }
  try {
    const after = await dialogue(async (asking) => {
      const section = withNew(before, await askConfiguration({ ...suggested(), ...before }, asking));
      const after = edited(text, section);
      if (after === text) return text;
      asking.say(createPatch(FILE, text, after).split('\n').slice(2).join('\n'));
      return (await yes(`Write this to ${FILE}? yes or no.`, asking)) ? after : undefined;
    }, terminal);
    if (after === text) tell(`nothing to change in ${FILE}`);
    else if (after !== undefined) {
      if (read(file) !== text) throw new Error(`${FILE} was changed meanwhile: nothing is written`);
      write(file, after);
    }
    if (after !== undefined) return 0;
  } catch (fault) {
    if (!(fault instanceof Interrupted)) throw fault;
  }
  tell(`${FILE} is unchanged`);
  return 1;
}

/** A section that is there gets no keys but those that were answered. */
function withNew(before: Section | undefined, answered: Section): Section {
  if (before === undefined) return commented(answered);
  const suggestions = suggested();
  const news = Object.entries(answered).filter(
    ([key, value]) => Object.hasOwn(before, key) || value !== suggestions[key],
  );
  return { ...before, ...Object.fromEntries(news) };
}

function read(file: string): string {
  if (!existsSync(file)) throw new Error(`there is no ${FILE} in this folder: run it where \`cdk\` runs`);
  return readFileSync(file, 'utf8');
}

function write(file: string, text: string): void {
  writeFileSync(file, text);
  tell(`${FILE} is written. To check it: npx cdk synth -q. To deploy it: npx cdk deploy`);
  for (const { name, existing } of parseConfig(sectionOf(text)).buckets) {
    if (existing)
      tell(`After the first deployment, close the gate of ${name}: npx airlock bucket-policy merge ${name}`);
  }
}
