/** CloudFormation's hash in the logical ids of what is not at the top of a stack. */
const HASH = '[0-9A-F]{8}';
/** The output that each airlock has once, at its top. */
const MARK = new RegExp(`^(.*?)Guard(?:${HASH})?$`);

/** A stack, and which airlock of it if it has several. */
export interface StackReference {
  /** Name or ARN. */
  readonly stack: string;
  /** Path of the construct in the stack without its slashes. */
  readonly airlock?: string;
}

/** `Shop` or `Shop/UploadsAirlock`; the stack may be an ARN, which has two slashes of its own. */
export function readStackReference(text: string): StackReference {
  const parts = text.split('/');
  const ofStack = text.startsWith('arn:') ? 3 : 1;
  const airlock = parts.slice(ofStack).join('');
  return { stack: parts.slice(0, ofStack).join('/'), ...(airlock !== '' && { airlock }) };
}

/**
 * The outputs of one airlock by their names in it: without the path of its construct and CloudFormation's hash.
 * @param outputs all of the stack, by logical id
 * @throws Error when the stack has no airlock, several without a word which, or none of that name
 */
export function outputsOfAirlock(
  outputs: ReadonlyMap<string, string>,
  { stack, airlock }: StackReference,
): ReadonlyMap<string, string> {
  const found = [...outputs.keys()].flatMap((key) => MARK.exec(key)?.[1] ?? []);
  const prefix = airlock ?? found[0];
  if (found.length === 0 || prefix === undefined) {
    throw new Error(`the stack ${stack} has no output Guard: is it an s3-airlock?`);
  }
  if (airlock === undefined && found.length > 1) {
    const each = found.map((name) => `--stack ${stack}/${name}`).join(', ');
    throw new Error(`the stack ${stack} has ${found.length} airlocks. Name one: ${each}`);
  }
  if (!found.includes(prefix)) {
    throw new Error(`the stack ${stack} has no airlock ${prefix}; it has: ${found.join(', ')}`);
  }
  const name = new RegExp(`^${prefix}(.*?)(?:${HASH})?$`);
  return new Map([...outputs].flatMap(([key, value]) => (name.test(key) ? [[key.replace(name, '$1'), value]] : [])));
}
