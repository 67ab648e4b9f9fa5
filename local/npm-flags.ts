/** npm sets it in every script's environment: it cannot show whether the user gave it. */
const ALWAYS_SET = new Set(['--prefix']);

/**
 * Flags of this command that npm took for its own settings, because no `--` stands before them: npm leaves them in the
 * environment, and the command does not get them.
 *
 * @param flags all that the command knows: `--test-signatures`, `--no-versioned`
 * @param given the arguments that the command did get
 */
export function flagsTakenByNpm(
  flags: readonly string[],
  environment: NodeJS.ProcessEnv,
  given: readonly string[],
): string[] {
  return flags.flatMap((flag) => {
    const negated = flag.startsWith('--no-');
    const name = flag.replace(negated ? '--no-' : '--', '').replaceAll('-', '_');
    const value = environment[`npm_config_${name}`];
    if (ALWAYS_SET.has(flag) || value === undefined || given.some((argument) => argument.split('=')[0] === flag)) {
      return [];
    }
    const off = value === '' || value === 'false';
    if (negated !== off) return [];
    return [off || value === 'true' ? flag : `${flag}=${value}`];
  });
}

/** What to type instead. */
export function withSeparator(script: string, taken: readonly string[], given: readonly string[]): string {
  return `npm took ${taken.join(', ')} for itself. Put \`--\` before the options: npm run ${script} -- ${[...taken, ...given].join(' ')}`;
}
