interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/**
 * The input that a target receives: the event or the output of its input transformer, as EventBridge documents it.
 * Values are not escaped: an object is JSON already, but a text with a quote in it breaks out of the quotes around it,
 * those that EventBridge adds itself too. An object inside quotes loses its own. A variable without a value is nothing.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-issues
 * @throws Error naming a placeholder that is not defined
 * @throws SyntaxError when the filled template is not JSON
 */
export function targetInput(event: object, transformer: InputTransformer | undefined): unknown {
  if (transformer === undefined) return event;
  const { InputPathsMap = {}, InputTemplate } = transformer;
  let filled = '';
  for (const { text, name, quoted } of piecesOf(InputTemplate)) {
    const path = name !== undefined && Object.hasOwn(InputPathsMap, name) ? InputPathsMap[name] : undefined;
    if (name !== undefined && path === undefined) throw new Error(`input transformer variable ${text} is not defined`);
    filled += path === undefined ? text : textOf(valueAt(event, path), quoted);
  }
  return JSON.parse(filled);
}

/** The variables of a template that stand inside quotes, where a value can break out of them. */
export function quotedVariables(template: string): string[] {
  return piecesOf(template).flatMap(({ name, quoted }) => (name !== undefined && quoted ? [name] : []));
}

interface Piece {
  readonly text: string;
  /** Of a variable. */
  readonly name: string | undefined;
  /** Whether it stands inside quotes. */
  readonly quoted: boolean;
}

function piecesOf(template: string): Piece[] {
  let quoted = false;
  return [...template.matchAll(/\\.|"|<([^<>"\s]+)>|[^\\"<]+|./gs)].map(([text, name]) => {
    if (text === '"') quoted = !quoted;
    return { text, name, quoted };
  });
}

function textOf(value: unknown, quoted: boolean): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return quoted ? value : `"${value}"`;
  const json = JSON.stringify(value);
  return quoted ? json.replaceAll('"', '') : json;
}

/** Undefined where the event has nothing there. */
function valueAt(event: object, path: string): unknown {
  if (!/^\$(\.[\w-]+)*$/.test(path)) throw new Error(`input path ${path} has no local counterpart`);
  let value: unknown = event;
  for (const name of path.split('.').slice(1)) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
