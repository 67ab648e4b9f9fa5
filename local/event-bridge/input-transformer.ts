interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/**
 * What a target receives: the event, or what its input transformer makes of it. A placeholder
 * outside quotes becomes JSON, one inside quotes its bare text.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 * @throws SyntaxError when the filled template is not JSON
 */
export function targetInput(event: object, transformer: InputTransformer | undefined): unknown {
  if (transformer === undefined) return event;
  const values = Object.fromEntries(
    Object.entries(transformer.InputPathsMap ?? {}).map(([name, path]) => [name, valueAt(event, path)]),
  );
  let quoted = false;
  const filled = transformer.InputTemplate.replace(/\\.|"|<([^<>"\s]+)>/g, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined || !(name in values)) return token;
    const json = JSON.stringify(values[name] ?? '');
    return quoted && typeof values[name] === 'string' ? json.slice(1, -1) : json;
  });
  return JSON.parse(filled);
}

function valueAt(event: object, path: string): unknown {
  if (!/^\$(\.[\w-]+)*$/.test(path)) throw new Error(`input path ${path} has no local counterpart`);
  return path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], event);
}
