/** A name under which somebody may save the content. */
export interface SavedName {
  readonly name: string;
  /** False for what only some readers make of a header that is not as the standard has it. */
  readonly certain: boolean;
}

/**
 * Every file name that a Content-Disposition gives to anybody: browsers prefer `filename*`, but not all of them, and
 * read headers that the standard does not allow. So a strict parser would see less than they do.
 * @see https://www.rfc-editor.org/rfc/rfc6266
 */
export function savedNames(header: string | null): SavedName[] {
  if (header === null) return [];
  const certain = namesOf(parametersOf(header)).map((name) => ({ name, certain: true }));
  const known = new Set(certain.map(({ name }) => name));
  const lenient = namesOf(header.split(';').map(parameter)).flatMap((name) => [name, ...readings(name)]);
  const guessed = [...known].flatMap(readings);
  const others = new Set([...guessed, ...lenient].filter((name) => !known.has(name)));
  return [...certain, ...[...others].map((name) => ({ name, certain: false }))];
}

interface Parameter {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

/** Split at semicolons outside of quotes. */
function parametersOf(header: string): Parameter[] {
  const parts = header.match(/(?:"(?:\\.|[^"\\])*"?|[^;"])+/g) ?? [];
  return parts.map(parameter);
}

function parameter(part: string): Parameter {
  const equals = part.indexOf('=');
  if (equals === -1) return { name: '', value: '' };
  return { name: part.slice(0, equals).trim().toLowerCase(), value: unquoted(part.slice(equals + 1).trim()) };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1).replace(/"$/, '').replace(/\\(.)/g, '$1') : value;
}

/** `filename`, `filename*`, and the pieces `filename*0`, `filename*1*`, … put together. */
function namesOf(parameters: readonly Parameter[]): string[] {
  const names: string[] = [];
  const pieces: [number, string][] = [];
  for (const { name, value } of parameters) {
    const match = /^(?:file)?name(?:\*(\d{1,3}))?(\*)?$/.exec(name);
    if (match === null) continue;
    const [, number, encoded] = match;
    const text = encoded === undefined ? value : extended(value);
    if (number === undefined) names.push(text);
    else pieces.push([Number(number), text]);
  }
  const whole = pieces.toSorted(([a], [b]) => a - b).map(([, text]) => text);
  return whole.length === 0 ? names : [...names, whole.join('')];
}

/** `UTF-8''na%C3%AFve.txt`; a broken one is read as it stands. */
function extended(value: string): string {
  const [, text = value] = /^[\w!#$&+^`{}~-]*'[^']*'(.*)$/s.exec(value) ?? [];
  return percentDecoded(text);
}

/** What some browsers make of a plain value: percent signs and encoded words decoded, or only its first word. */
function readings(name: string): string[] {
  const words = name.replace(/=\?([^?]*)\?([bq])\?([^?]*)\?=/gi, (_, _charset, way: string, text: string) =>
    way.toLowerCase() === 'b'
      ? Buffer.from(text, 'base64').toString('latin1')
      : percentDecoded(text.replaceAll('_', ' ').replace(/=(?=[0-9a-f]{2})/gi, '%')),
  );
  return [percentDecoded(name), words, name.split(/\s/, 1)[0] ?? ''].filter((reading) => reading !== name);
}

/** Byte by byte: only ASCII matters in an extension, and a broken sequence must hide nothing. */
function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
