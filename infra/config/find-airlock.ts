import { isDeepStrictEqual } from 'node:util';
import leven from 'leven';
import { asObject, type CdkFiles } from './cdk-files.ts';
import { ConfigurationError } from './configuration-error.ts';

/** The key of the configuration in CDK's context. */
const KEY = 'airlock';
/** Letters that a misspelling may add, lose or change. */
const MAX_MISSPELLING = 2;

export interface Found {
  /** Not checked yet. */
  readonly airlock: unknown;
  /** What the user should know although it is no fault. */
  readonly notices: readonly string[];
}

/**
 * Finds the configuration, and refuses one that CDK would ignore: without it, the stack of the defaults would be deployed
 * in place of the one that was meant.
 * @param context all of CDK's context, the command's `-c` among it
 * @throws ConfigurationError with one line for each fault
 */
export function findAirlock(context: Readonly<Record<string, unknown>>, files: CdkFiles): Found {
  const given = context[KEY];
  const faults = ignoredKeys(context, files);
  if (faults.length > 0) throw new ConfigurationError(faults.join('\n'));
  if (given === undefined) throw new ConfigurationError(NOTHING);
  if (typeof given !== 'string') return { airlock: given, notices: [] };
  const airlock = parsed(given);
  const inFile = asObject(files.project.context)[KEY];
  const replaces = inFile !== undefined && !isDeepStrictEqual(inFile, airlock);
  return { airlock, notices: replaces ? [`-c ${KEY} replaces the whole object ${KEY} of cdk.json`] : [] };
}

/** Keys that may have been meant as the configuration, but that CDK or this app ignores; one line each. */
export function ignoredKeys(context: Readonly<Record<string, unknown>>, files: CdkFiles): string[] {
  return [...misplaced(files), ...unread(context, files)];
}

const NOTHING = [
  `there is no configuration: cdk.json has no object "${KEY}" in its "context".`,
  `To write one, run \`npx airlock init\`. For a new bucket with all defaults: "context": { "${KEY}": {} }`,
].join('\n');

/** Where CDK would not look for it, or not for long. */
function* misplaced({ project, cached, user }: CdkFiles): Generator<string> {
  for (const [key, value] of Object.entries(project)) {
    if (key === 'context') continue;
    const inside = Object.keys(asObject(value)).filter(isMeant);
    for (const path of isMeant(key) ? [key] : inside.map((name) => `${key}.${name}`)) {
      yield `${path} in cdk.json: CDK does not read it there, did you mean context.${KEY}?`;
    }
  }
  for (const key of Object.keys(cached).filter(isMeant)) {
    yield `${key} in cdk.context.json: CDK clears that file, move it to context.${KEY} in cdk.json`;
  }
  for (const path of [...pathsIn('', user), ...pathsIn('context.', asObject(user.context))]) {
    yield `${path} in ~/.cdk.json: another computer would deploy something else, move it to context.${KEY} in cdk.json`;
  }
}

function pathsIn(prefix: string, object: object): string[] {
  return Object.keys(object)
    .filter(isMeant)
    .map((key) => `${prefix}${key}`);
}

/** Keys of the context that nothing reads although they look like the configuration. */
function* unread(context: Readonly<Record<string, unknown>>, files: CdkFiles): Generator<string> {
  const missing = context[KEY] === undefined;
  const told = { ...files.cached, ...asObject(files.user.context) };
  for (const key of Object.keys(context)) {
    if (key === KEY || Object.hasOwn(told, key)) continue;
    if (/^airlock[.:[]/i.test(key)) {
      yield `context key ${key}: nothing reads single keys, use cdk.json or -c '${KEY}={…}' with the whole object`;
    } else if (isMeant(key) || (missing && /airlock/i.test(key))) {
      yield `context key ${key}: unknown, did you mean ${KEY}?`;
    }
  }
}

/** `airlock`, or what was probably meant to be; `//airlock` and `_airlock` were put aside on purpose. */
function isMeant(key: string): boolean {
  return (
    !/^(\/\/|_|#)/.test(key) && leven(key.toLowerCase(), KEY, { maxDistance: MAX_MISSPELLING + 1 }) <= MAX_MISSPELLING
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
    throw new ConfigurationError(
      `${KEY}: ${shown} is not JSON. In a shell, put it in single quotes: -c '${KEY}={"onInfected": "delete"}'`,
    );
  }
}
