/** The parts of an ASL state that the clean path needs. */
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Choices?: readonly (Rule & { readonly Next: string })[];
  readonly Default?: string;
}

export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

type Rule = Readonly<Record<string, unknown>>;

/**
 * The states that an upload enters when every Task succeeds, in order.
 * @param data what the Choices look at: the input, and all that the Tasks add to it
 * @throws Error when the path ends in a Fail, goes round or needs a comparison that is not known here
 */
export function cleanPath({ StartAt, States }: Machine, data: object): string[] {
  const path: string[] = [];
  for (let name: string | undefined = StartAt; name !== undefined; ) {
    const state: State | undefined = States[name];
    if (state === undefined || path.includes(name)) throw new Error(`the clean path leads to ${name} after ${path}`);
    if (state.Type === 'Fail') throw new Error(`the clean path ends in ${name}`);
    path.push(name);
    name = state.Type === 'Choice' ? chosen(name, state, data) : state.Next;
  }
  return path;
}

function chosen(name: string, { Choices = [], Default }: State, data: object): string {
  const next = Choices.find((rule) => holds(rule, data))?.Next ?? Default;
  if (next === undefined) throw new Error(`no choice of ${name} holds`);
  return next;
}

function holds(rule: Rule, data: object): boolean {
  if (Array.isArray(rule.And)) return rule.And.every((part) => holds(part, data));
  if (Array.isArray(rule.Or)) return rule.Or.some((part) => holds(part, data));
  if (rule.Not !== undefined) return !holds(rule.Not as Rule, data);
  const found = Object.entries(rule).find(([key]) => !['Variable', 'Next', 'Comment'].includes(key));
  if (found === undefined) throw new Error(`no comparison in ${JSON.stringify(rule)}`);
  const [comparison, wanted] = found;
  const value = valueAt(String(rule.Variable), data);
  const kind = KINDS[comparison];
  if (kind !== undefined) return kind(value) === wanted;
  const compare = COMPARISONS[comparison.replace(/^(?:String|Numeric|Boolean)(\w+?)(?:Path)?$/, '$1')];
  if (compare === undefined) throw new Error(`${comparison} is not known here`);
  const other = comparison.endsWith('Path') ? valueAt(String(wanted), data) : wanted;
  return typeof value === typeof other && compare(value as number, other as number);
}

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  IsPresent: (value) => value !== undefined,
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
};

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThan: (a, b) => a > b,
  GreaterThanEquals: (a, b) => a >= b,
};

const valueAt = (path: string, data: object) =>
  path
    .replace(/^\$\.?/, '')
    .split('.')
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], data);
