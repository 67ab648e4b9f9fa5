interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/**
 * The input that a target receives: the event or the output of its input transformer. A placeholder outside quotes
 * becomes JSON, inside quotes plain text; a path without a value becomes an empty text.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 * @throws Error naming a placeholder that is not defined, or an object inside quotes
 * @throws SyntaxError when the filled template is not JSON
 */
export function targetInput(event: object, transformer: InputTransformer | undefined): unknown {
  if (transformer === undefined) return event;
  const values = new Map(
    Object.entries(transformer.InputPathsMap ?? {}).map(([name, path]) => [name, valueAt(event, path)]),
  );
  let quoted = false;
  const filled = transformer.InputTemplate.replace(/\\.|"|<([^<>"\s]+)>/g, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return token;
    if (!values.has(name)) throw new Error(`input transformer variable ${token} is not defined`);
    return quoted ? insideQuotes(token, values.get(name)) : JSON.stringify(values.get(name));
  });
  return JSON.parse(filled);
}

function insideQuotes(token: string, value: unknown): string {
  if (value !== null && typeof value === 'object') throw new Error(`${token} inside quotes is not a text`);
  return JSON.stringify(String(value)).slice(1, -1);
}

function valueAt(event: object, path: string): unknown {
  if (!/^\$(\.[\w-]+)*$/.test(path)) throw new Error(`input path ${path} has no local counterpart`);
  let value: unknown = event;
  for (const name of path.split('.').slice(1)) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return '';
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
