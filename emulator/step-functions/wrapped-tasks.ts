interface State {
  readonly Type: string;
  readonly Parameters?: object;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number;
  readonly HeartbeatSecondsPath?: string;
  readonly Retry?: readonly Matcher[];
  readonly Catch?: readonly Matcher[];
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
}

interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

interface Matcher {
  readonly ErrorEquals: readonly string[];
}

/** What the handler of a wrapped Task gets. */
export interface WrappedInput {
  readonly payload: unknown;
  readonly timeoutSeconds?: unknown;
  readonly heartbeatSeconds?: unknown;
}

/** Longer than any test, and no timer of Node: the library's own time limit of a Task, 60 s by default, is not used. */
export const NO_TIME_LIMIT_SECONDS = 2_000_000;

/**
 * Hands time limits to the handlers of the Tasks together with their payload, so that the emulator's clock can measure
 * them. The library would read their paths from the payload; on AWS they lead into the state's input.
 *
 * @param only names of the Tasks to wrap
 */
export function withWrappedTasks<Definition extends object>(
  definition: Definition,
  only: ReadonlySet<string>,
): Definition {
  const { States, ...rest } = definition as unknown as Machine;
  const states = Object.entries(States).map(([name, state]) => [name, only.has(name) ? wrapped(state) : nested(state)]);
  return { ...rest, States: Object.fromEntries(states) } as unknown as Definition;

  function nested({ ItemProcessor, Branches, ...state }: State): object {
    return {
      ...state,
      ...(ItemProcessor && { ItemProcessor: withWrappedTasks(ItemProcessor, only) }),
      ...(Branches && { Branches: Branches.map((branch) => withWrappedTasks(branch, only)) }),
    };
  }
}

function wrapped(state: State): object {
  const { Parameters, TimeoutSeconds, TimeoutSecondsPath, HeartbeatSeconds, HeartbeatSecondsPath, ...rest } = state;
  return {
    ...rest,
    ...(state.Retry && { Retry: state.Retry.map(alsoHeartbeats) }),
    ...(state.Catch && { Catch: state.Catch.map(alsoHeartbeats) }),
    Parameters: {
      ...(Parameters === undefined ? { 'payload.$': '$' } : { payload: Parameters }),
      ...(TimeoutSeconds !== undefined && { timeoutSeconds: TimeoutSeconds }),
      ...(TimeoutSecondsPath !== undefined && { 'timeoutSeconds.$': TimeoutSecondsPath }),
      ...(HeartbeatSeconds !== undefined && { heartbeatSeconds: HeartbeatSeconds }),
      ...(HeartbeatSecondsPath !== undefined && { 'heartbeatSeconds.$': HeartbeatSecondsPath }),
    },
    TimeoutSeconds: NO_TIME_LIMIT_SECONDS,
  };
}

/** `States.Timeout` matches a missing heartbeat too: https://states-language.net/#appendix-a */
function alsoHeartbeats(matcher: Matcher): Matcher {
  const { ErrorEquals } = matcher;
  if (!ErrorEquals.includes('States.Timeout')) return matcher;
  return { ...matcher, ErrorEquals: [...ErrorEquals, 'States.HeartbeatTimeout'] };
}

/**
 * The seconds of a time limit, if the Task has it.
 * @throws Error `States.Runtime`, which nothing catches
 */
export function secondsOf(value: unknown, field: string): number | undefined {
  if (value === undefined || (Number.isInteger(value) && (value as number) > 0)) return value as number | undefined;
  const message = `${field} leads to ${JSON.stringify(value)}, which is no positive integer`;
  throw Object.assign(new Error(message), { name: 'States.Runtime', isRetryable: false, isCatchable: false });
}
