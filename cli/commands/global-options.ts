import { type Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../../infra/config/error-message.ts';
import { localEnvironment, readLocalProfile } from '../operations/local-profile.ts';
import { configuredStack, DEFAULT_STACK } from '../operations/stack-name.ts';
import { FORMATS, type Format, setOutput } from './output.ts';

/** What every command takes, before or after its name. */
export interface GlobalOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly stack?: string;
  readonly local?: boolean;
  readonly json?: boolean;
  readonly output?: Format;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

const OPTIONS: readonly (() => Option)[] = [
  () =>
    new Option(
      '--stack <name>',
      `name or ARN of the stack; of several airlocks in it, one as Stack/Airlock (default: stackName in the nearest cdk.json, else ${DEFAULT_STACK})`,
    ),
  () => new Option('--region <name>', "region of the stack (default: AWS_REGION, else the profile's)"),
  () => new Option('--profile <name>', 'profile of the AWS CLI (default: AWS_PROFILE)'),
  () => new Option('--local', 'talks to `npm run local` on this machine'),
  () => new Option('--output <format>', 'how rows are printed (default: a table on a terminal)').choices(FORMATS),
  () => new Option('--json', 'the same as --output json: one JSON value a line'),
  () => new Option('--quiet', 'no progress on stderr, only what went wrong'),
  () => new Option('--no-color', 'no colors, as with NO_COLOR'),
];
const HEADING = 'Global options:';

/**
 * Gives every command the global options, names of similar values where one is wrong, and one place where they take
 * effect: before the action, in the environment that the SDK reads. Call after all commands are added.
 */
export function addGlobalOptions(program: Command): void {
  for (const command of commandsOf(program)) {
    const own = new Set(command.options.map(({ long }) => long));
    for (const option of OPTIONS.map((create) => create())) {
      if (!own.has(option.long)) command.addOption(option.helpGroup(HEADING));
    }
    for (const option of command.options) suggestValues(option);
    for (const argument of command.registeredArguments) suggestValues(argument);
  }
  program.hook('preAction', (_, command) => apply(command));
}

export function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

function apply(command: Command): void {
  const given = givenTo(command);
  if (given.json && given.output !== undefined && given.output !== 'json') {
    command.error(`error: --json cannot be used with --output ${given.output}`);
  }
  if (given.local && given.profile !== undefined) command.error('error: --local cannot be used with --profile');
  setOutput({
    format: given.json ? 'json' : given.output,
    quiet: given.quiet ?? false,
    color: given.color ?? true,
  });
  const stack = setEnvironment(given, process.env);
  if (Array.isArray(command.getOptionValue('stack')) || (stack === undefined && !needsStack(command))) return;
  const several = command.options.some(({ long, variadic }) => long === '--stack' && variadic);
  const name = stack ?? configuredStack();
  command.setOptionValueWithSource('stack', several ? [name] : name, 'implied');
}

/** What would make the SDK talk to AWS, or as somebody else, in place of the profile of `npm run local`. */
const NOT_LOCAL = [
  'AWS_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
];
/** Of services that `npm run local` does not have: a call must not reach AWS. */
const NOWHERE = 'http://127.0.0.1:1';

/** init writes the file that names the stack. */
const needsStack = (command: Command) => !['init', 'complete', 'completion', 'env'].includes(command.name());

/** What was given anywhere: the nearest to the command's own options counts. */
function givenTo(command: Command): GlobalOptions {
  const parents = command.parent === null ? {} : givenTo(command.parent);
  const own = Object.entries(command.opts()).filter(([name, value]) => {
    return value !== undefined && command.getOptionValueSource(name) === 'cli';
  });
  return { ...parents, ...Object.fromEntries(own) };
}

/** @returns the stack that was given, or that `npm run local` has */
function setEnvironment(given: GlobalOptions, environment: NodeJS.ProcessEnv): string | undefined {
  const { local = false, profile } = given;
  const stack = typeof given.stack === 'string' ? given.stack : undefined;
  if (local) {
    const found = readLocalProfile(environment);
    for (const name of NOT_LOCAL) delete environment[name];
    Object.assign(environment, localEnvironment(found, 'operator'), { AWS_ENDPOINT_URL: NOWHERE });
    return stack ?? found.stack;
  }
  if (profile !== undefined) {
    // The SDK would warn that it does not use them.
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete environment[name];
    environment.AWS_PROFILE = profile;
  }
  const ofStack = /^arn:[^:]+:cloudformation:([^:]+):/.exec(stack ?? '')?.[1];
  // The AWS CLI reads AWS_DEFAULT_REGION, the SDK does not.
  const region = given.region ?? ofStack ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (region !== undefined) environment.AWS_REGION = region;
  return stack;
}

/** Beside the allowed values, the one that was probably meant. */
function suggestValues(choice: Option | Argument): void {
  const { argChoices, parseArg } = choice;
  if (argChoices === undefined || parseArg === undefined) return;
  choice.argParser((value: string, previous: unknown) => {
    if (argChoices.includes(value)) return parseArg(value, previous as string);
    throw new InvalidArgumentError(
      `Allowed choices are ${argChoices.join(', ')}${didYouMean(value, argChoices) || '.'}`,
    );
  });
}
