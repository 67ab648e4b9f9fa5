import { type Command, Option } from 'commander';
import { localEnvironment, PEOPLE, type Person, readLocalProfile } from '../operations/local-profile.ts';
import { examples } from './examples.ts';
import { asJson, say } from './output.ts';

export function addLocal(program: Command): void {
  program
    .command('local')
    .description('the pipeline that `npm run local` runs on this machine')
    .command('env')
    .description('prints what makes the AWS CLI and other tools of a shell talk to it: eval "$(airlock local env)"')
    .addOption(new Option('--as <person>', 'whose access key').choices(PEOPLE).default('uploader'))
    .addHelpText('after', examples('airlock local env --as reader', 'eval "$(airlock local env)"'))
    .action(({ as }: { as: Person }) => {
      const environment = localEnvironment(readLocalProfile(), as);
      if (asJson()) return say(JSON.stringify(environment));
      for (const [name, value] of Object.entries(environment)) say(`export ${name}=${quoted(value)}`);
    });
}

/** For a POSIX shell and for fish. */
function quoted(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
