/** A text format with one signature a line. */
interface LineFormat {
  readonly separator: ':' | ';';
  /** Index of the field with the name. */
  readonly name: number;
  /** First and last index of the fields that describe content. */
  readonly patterns: readonly [number, number];
  /** Index of the lowest functionality level that loads the signature. */
  readonly level?: number;
}

/**
 * The text formats whose signatures detect content. The others adjust (`fp`, `ign2`, `wdb`, `ftm`, …), name what is
 * trusted, or load only with settings that infra/scanner/clamd.conf does not make (`ndu`, `hdu`, …; unsigned `cbc`).
 * @see https://docs.clamav.net/manual/Signatures.html
 */
const LINES: ReadonlyMap<string, LineFormat> = new Map(
  Object.entries({
    ndb: { separator: ':', name: 0, patterns: [3, 3], level: 4 },
    ldb: { separator: ';', name: 0, patterns: [3, Number.POSITIVE_INFINITY] },
    cdb: { separator: ':', name: 0, patterns: [1, 0] },
    hdb: { separator: ':', name: 2, patterns: [0, 0], level: 3 },
    hsb: { separator: ':', name: 2, patterns: [0, 0], level: 3 },
    mdb: { separator: ':', name: 2, patterns: [1, 1], level: 3 },
    msb: { separator: ':', name: 2, patterns: [1, 1], level: 3 },
    imp: { separator: ':', name: 2, patterns: [0, 0], level: 3 },
  } satisfies Record<string, LineFormat>),
);
const RULES = new Set(['yar', 'yara']);
const PACKED = new Set(['cvd', 'cld', 'cud']);
const IGNORING = new Set(['ign', 'ign2']);

/** ClamAV's own levels are below; no engine loads a signature that needs more. */
const HIGHEST_LEVEL = 255;
/** Names of signatures for EICAR, whoever wrote them, and of those that s3-airlock adds itself. */
const TEST_NAMES = [/(?<![a-z])eicar(?![a-z])/i, /^Heuristics\.Limits\.Exceeded\./, /^airlock\b/i];
/** Joined at run time: some scanners block source code that contains it. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST', '-FILE!$H+H*'].join('');
/** MD5, SHA-1 and SHA-256 of EICAR. */
const EICAR_HASHES = new Set([
  '44d88612fea8a8f36de82e1278abb02f',
  '3395856ce81f2b7382dee72602f798b642f14140',
  '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
]);
/** Fewer of EICAR's characters say nothing about what a signature is for. */
const EICAR_CHARACTERS = 8;

export type SignatureFileKind = 'packed' | 'detecting' | 'ignoring' | 'other';

/** What a file of definitions may hold, by its name. */
export function kindOf(file: string): SignatureFileKind {
  const extension = extensionOf(file);
  if (PACKED.has(extension)) return 'packed';
  if (IGNORING.has(extension)) return 'ignoring';
  return LINES.has(extension) || RULES.has(extension) ? 'detecting' : 'other';
}

/** Whether each line of the file is a signature of its own. */
export const isLineBased = (file: string): boolean => LINES.has(extensionOf(file));

/** Whether a packed set's header states that it holds signatures. @param header its fields, as `headerOf` returns them */
export function packedDetects([magic, , , signatures = '']: readonly string[]): boolean {
  return magic === 'ClamAV-VDB' && /^\d+$/.test(signatures) && Number(signatures) > 0;
}

/** The names in a file that lists signatures to ignore. */
export function ignoredNames(file: string, text: string): string[] {
  const index = extensionOf(file) === 'ign' ? 2 : 0;
  return linesOf(text).map((line) => line.split(':')[index]?.trim() ?? '');
}

/**
 * Whether a text file holds a signature that detects anything but EICAR and what s3-airlock adds itself. A malformed
 * line counts: clamd refuses such a file and says which it is.
 */
export function textDetects(file: string, text: string, ignored: ReadonlySet<string> = new Set()): boolean {
  const extension = extensionOf(file);
  if (RULES.has(extension)) return rulesOf(text).some((rule) => detects(rule, ignored));
  const format = LINES.get(extension);
  return format !== undefined && linesOf(text).some((line) => detects(signatureOf(line, format), ignored));
}

interface Signature {
  readonly name: string;
  readonly level: string | undefined;
  /** Each as the literals between its wildcards. */
  readonly patterns: readonly (readonly string[])[];
}

function detects({ name, level = '', patterns }: Signature, ignored: ReadonlySet<string>): boolean {
  if (ignored.has(name) || TEST_NAMES.some((test) => test.test(name))) return false;
  if (/^\d+$/.test(level) && Number(level) > HIGHEST_LEVEL) return false;
  return !isEicars(patterns.flat());
}

function isEicars(literals: readonly string[]): boolean {
  return (
    literals.some(({ length }) => length >= EICAR_CHARACTERS) &&
    literals.every((literal) => EICAR_HASHES.has(literal.toLowerCase()) || EICAR.includes(literal))
  );
}

function signatureOf(line: string, { separator, name, level, patterns: [first, last] }: LineFormat): Signature {
  const fields = line.split(separator).map((field) => field.trim());
  return {
    name: fields[name] ?? '',
    level: level === undefined ? undefined : fields[level],
    patterns: fields.slice(first, last + 1).map(literalsOf),
  };
}

/** The rules with strings: clamd skips the others. */
function rulesOf(text: string): Signature[] {
  const withoutComments = text.replaceAll(/("(?:[^"\\\n]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/.*/g, '$1');
  const [, ...rules] = withoutComments.split(/\brule\s+(?=\w)/);
  return rules.map(ruleOf).filter(({ patterns }) => patterns.length > 0);
}

/** A rule's name as clamd reports it. */
function ruleOf(rule: string): Signature {
  const strings = rule.matchAll(/\$\w*\s*=\s*(?:"((?:[^"\\\n]|\\.)*)"|\{([^}]*)\}|([^\n]*))/g);
  const patterns = [...strings].map(([, string, hexadecimal, expression = '']) => {
    if (hexadecimal !== undefined) return literalsOf(hexadecimal.replaceAll(/\s/g, ''));
    return [string?.replaceAll(/\\(.)/g, '$1') ?? expression];
  });
  return { name: `YARA.${/^\w+/.exec(rule)?.[0]}`, level: undefined, patterns };
}

/** Hashes and other text as they are; of hexadecimal patterns the bytes, without offset, modifiers and wildcards. */
function literalsOf(field: string): string[] {
  const pattern = field.replace(/::\w*$/, '').replace(/^[^:]*:/, '');
  if (EICAR_HASHES.has(pattern.toLowerCase()) || !/^[0-9a-f?*(){}[\]|!~-]+$/i.test(pattern)) return [pattern];
  const runs = pattern.replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '*').match(/(?:[0-9a-f]{2})+/gi) ?? [];
  return runs.map((run) => Buffer.from(run, 'hex').toString('latin1'));
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

const extensionOf = (file: string) => file.slice(file.lastIndexOf('.') + 1);
