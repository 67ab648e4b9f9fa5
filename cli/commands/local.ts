import { type Command, InvalidArgumentError, Option } from 'commander';
import { localEnvironment, PEOPLE, type Person, readLocalProfile } from '../operations/local-profile.ts';
import { examples } from './examples.ts';
import { interruption } from './interruption.ts';
import { asJson, say } from './output.ts';

const LAST_PORT = 65_535;

export function addLocal(program: Command): void {
  const local = program.command('local').description('the pipeline that `npm run local` runs on this machine');
  local
    .command('env')
    .description('prints what makes the AWS CLI and other tools of a shell talk to it: eval "$(airlock local env)"')
    .addOption(new Option('--as <person>', 'whose access key').choices(PEOPLE).default('uploader'))
    .addHelpText('after', examples('airlock local env --as reader', 'eval "$(airlock local env)"'))
    .action(({ as }: { as: Person }) => {
      const environment = localEnvironment(readLocalProfile(), as);
      if (asJson()) return say(JSON.stringify(environment));
      for (const [name, value] of Object.entries(environment)) say(`export ${name}=${quoted(value)}`);
    });
  local
    .command('console')
    .description('serves its console page until Ctrl-C, and prints the address')
    .option('--port <number>', 'of the page, on this machine only', toPort, 0)
    .addHelpText('after', examples('airlock local console', 'airlock local console --port 8080'))
    .action(async ({ port }: { port: number }) => {
      const pipeline = readLocalProfile();
      const { startConsole } = await import('../../console/server/server.ts');
      const { pageFiles } = await import('../../console/page-files.ts');
      const { signal, code, end } = interruption();
      try {
        const { url, close } = await startConsole({ pipeline, page: pageFiles, port });
        say(asJson() ? JSON.stringify({ url }) : url);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await close();
      } finally {
        end();
      }
      process.exitCode = code();
    });
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= LAST_PORT) return port;
  throw new InvalidArgumentError(`not a port number (0 to ${LAST_PORT}).`);
}

/** For a POSIX shell and for fish. */
function quoted(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
