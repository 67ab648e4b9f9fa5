import { z } from 'zod';
import { isAllowList } from '../definitions/downloads.ts';
import { isOwnSignatureFile } from '../definitions/signature-files.ts';

/** Formats whose signatures match content by themselves, so that one can say of each whether the engine loads it. */
export const HUNT_FORMATS = ['yar', 'yara', 'ndb', 'ldb', 'hdb', 'hsb'] as const;
const FORMATS: ReadonlySet<string> = new Set(HUNT_FORMATS);
const YARA: ReadonlySet<string> = new Set(['yar', 'yara']);

/** Each worker loads them for each batch it begins; a hundred thousand hashes are 8 MB. */
export const MAX_RULES_BYTES = 16_777_216;
export const MAX_RULE_FILES = 50;

/** Where the rules of a hunt wait for its functions, in the bucket of results. */
export const RULES_FOLDER = 'hunt-rules/';

export interface RuleFile {
  readonly name: string;
  readonly content: Buffer;
}

/** What the rules folder holds: all files of one hunt in one object, so that a hunt has all of them or none. */
const RuleBundle = z.strictObject({
  files: z.array(z.strictObject({ name: z.string(), content: z.base64() })).min(1),
});

export const writeBundle = (files: readonly RuleFile[]): Buffer =>
  Buffer.from(
    JSON.stringify({ files: files.map(({ name, content }) => ({ name, content: content.toString('base64') })) }),
  );

/** undefined for anything else */
export function readBundle(text: string): readonly RuleFile[] | undefined {
  try {
    const { files } = RuleBundle.parse(JSON.parse(text));
    return files.map(({ name, content }) => ({ name, content: Buffer.from(content, 'base64') }));
  } catch {
    return undefined;
  }
}

/** Why these files are no rules for a hunt, a line for each reason; empty when they may be tried out. */
export function refusedRules(files: readonly RuleFile[]): readonly string[] {
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  const names = files.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) < index);
  return [
    ...(files.length === 0
      ? [`there are no rules: files with ${HUNT_FORMATS.map((ending) => `.${ending}`).join(', ')}`]
      : []),
    ...(files.length > MAX_RULE_FILES ? [`${files.length} files of rules; at most ${MAX_RULE_FILES}`] : []),
    ...(bytes > MAX_RULES_BYTES ? [`the rules have ${bytes} bytes; at most ${MAX_RULES_BYTES}`] : []),
    ...twice.map((name) => `${name}: two files have this name`),
    ...files.flatMap(({ name, content }) => {
      const reason = refusalOfName(name) ?? refusalOfContent(name, content);
      return reason === undefined ? [] : [`${JSON.stringify(name)} ${reason}`];
    }),
  ];
}

/** Whether the name ends as rules do; everything else in a folder is left alone. */
export const isRuleFile = (name: string): boolean => FORMATS.has(extensionOf(name));

/** Whether each line of the file is a signature; a file of YARA has rules of several lines. */
export const isYara = (name: string): boolean => YARA.has(extensionOf(name));

/** How many signatures the engine has to load from a file; undefined where only the engine can count them. */
export function signaturesIn({ name, content }: RuleFile): number | undefined {
  if (isYara(name)) return undefined;
  return content.toString('latin1').split('\n').filter(isSignature).length;
}

function refusalOfName(name: string): string | undefined {
  const extension = extensionOf(name);
  if (isAllowList(name)) return 'can make malware CLEAN and finds none';
  if (!FORMATS.has(extension)) return `is in none of the formats of a hunt: ${HUNT_FORMATS.join(', ')}`;
  // Under its name it is added to the definitions when the hunt is applied.
  if (!isOwnSignatureFile(name)) return 'is not the name of a signature file of your own, such as mine.yara';
  return undefined;
}

function refusalOfContent(name: string, content: Buffer): string | undefined {
  if (content.length === 0) return 'is empty';
  const text = content.toString('latin1');
  if (isYara(name)) return refusalOfYara(text);
  const lines = text.split('\n');
  if (!lines.some(isSignature)) return 'has no signature';
  for (const [index, line] of lines.entries()) {
    if (!isSignature(line)) continue;
    const refused = RESERVED.find(({ prefix }) => nameOf(extensionOf(name), line).toLowerCase().startsWith(prefix));
    if (refused !== undefined) return `line ${index + 1}: ${refused.reason}`;
  }
  return undefined;
}

/** Names of signatures that the engine treats in a way of its own. */
const RESERVED = [
  { prefix: 'heuristics.', reason: 'names that begin with Heuristics. say what the engine could not scan' },
  { prefix: 'pua.', reason: 'the engine does not load names that begin with PUA.' },
];

const nameOf = (extension: string, line: string): string =>
  (extension === 'ldb' ? line.split(';')[0] : line.split(':')[extension === 'ndb' ? 0 : 2])?.trim() ?? '';

const STATEMENT = /^\s*(import|include)\s*"/;
const RULE = /\brule\s+\w/;

function refusalOfYara(text: string): string | undefined {
  const withoutComments = text.replaceAll(/("(?:[^"\\\n]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (found, quoted) =>
    quoted === undefined ? found.replaceAll(/[^\n]/g, ' ') : found,
  );
  for (const [index, line] of withoutComments.split('\n').entries()) {
    const [, word] = STATEMENT.exec(line) ?? [];
    if (word === 'import') return `line ${index + 1}: ClamAV has no modules, so nothing can be imported`;
    if (word === 'include') return `line ${index + 1}: a file cannot include another: name both as rules`;
  }
  return RULE.test(withoutComments) ? undefined : 'has no rule';
}

/** ClamAV passes over a line that begins with `#`, and only there; of an empty one it says itself that it cannot read it. */
const isSignature = (line: string): boolean => !line.startsWith('#') && line.trim() !== '';
const extensionOf = (file: string) => file.slice(file.lastIndexOf('.') + 1);
