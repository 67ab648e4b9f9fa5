import { assertMapSupported, isDistributed } from './distributed-map/definition.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: object;
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly ItemProcessor?: { readonly States: States };
  readonly Branches?: readonly { readonly States: States }[];
}

type States = Readonly<Record<string, State>>;

export type StateMachineType = 'STANDARD' | 'EXPRESS';

const UNSUPPORTED_FIELDS = ['QueryLanguage', 'Credentials', 'Assign'];
const SUPPORTED_RESOURCE =
  /^arn:[^:]+:(lambda:|states:::(states:startExecution|sqs:sendMessage(\.waitForTaskToken)?)$)/;
const MESSAGE_PARAMETERS = ['QueueUrl', 'MessageBody', 'DelaySeconds', 'MessageAttributes'];
/** The whole context object, or its part that only a waiting Task has. */
const TASK_CONTEXT = /\$\$(?![.[])|\$\$(\.|\[['"])Task\b/;

/** Whether a Task waits for an answer after its call. */
export function isTokenTask(resource: string): boolean {
  return resource.endsWith('.waitForTaskToken');
}

/**
 * Refuses what would run differently than on AWS, and what AWS would not create; see emulator/README.md.
 * @throws Error naming the state and the field
 */
export function assertSupported(definition: object, type: StateMachineType = 'STANDARD'): void {
  if ('QueryLanguage' in definition) throw new Error('QueryLanguage of a state machine has no local counterpart');
  for (const [name, state] of Object.entries((definition as { States: States }).States)) {
    for (const nested of [state.ItemProcessor, ...(state.Branches ?? [])]) {
      if (nested !== undefined) assertSupported(nested, type);
    }
    if (isDistributed(state)) assertMapSupported(name, state);
    const refuse = (what: string): never => {
      throw new Error(`state ${JSON.stringify(name)}: ${what}`);
    };
    const field = UNSUPPORTED_FIELDS.find((candidate) => candidate in state);
    if (field !== undefined) refuse(`${field} has no local counterpart`);
    if (state.Type === 'Task') assertTaskSupported(state, type, refuse);
    assertNoTaskContext(state, refuse);
  }
}

function assertTaskSupported(state: State, type: StateMachineType, refuse: (what: string) => never): void {
  const { Resource = '', Parameters = {}, TimeoutSeconds, HeartbeatSeconds } = state;
  if (!SUPPORTED_RESOURCE.test(Resource)) refuse(`Resource ${Resource} has no local counterpart`);
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
    if (field in state && `${field}Path` in state) refuse(`has both ${field} and ${field}Path`);
  }
  if (Resource.includes(':sqs:')) {
    const unknown = Object.keys(Parameters).find((key) => !MESSAGE_PARAMETERS.includes(key.replace(/\.\$$/, '')));
    if (unknown !== undefined) refuse(`${unknown} of a message has no local counterpart`);
  }
  if (!isTokenTask(Resource)) {
    const heartbeat = ['HeartbeatSeconds', 'HeartbeatSecondsPath'].find((field) => field in state);
    if (heartbeat !== undefined) refuse(`${heartbeat} has no local counterpart but in a Task with a token`);
    return;
  }
  if (type === 'EXPRESS') refuse('an EXPRESS state machine cannot wait for a task token');
  if (!TASK_CONTEXT.test(pathsIn(Parameters))) refuse('waits for a token that its Parameters do not pass on');
  if (HeartbeatSeconds !== undefined && TimeoutSeconds !== undefined && HeartbeatSeconds >= TimeoutSeconds) {
    refuse(`HeartbeatSeconds ${HeartbeatSeconds} must be smaller than TimeoutSeconds ${TimeoutSeconds}`);
  }
}

/** There is no token outside the Parameters of a Task that waits for one. */
function assertNoTaskContext(state: State, refuse: (what: string) => never): void {
  const { ItemProcessor, Branches, ...own } = state;
  const { Parameters, ...others } = own;
  const checked = isTokenTask(state.Resource ?? '') ? others : own;
  const [path] = TASK_CONTEXT.exec(pathsIn(checked)) ?? [];
  if (path !== undefined) refuse(`${path} of the context object has no local counterpart here`);
}

/** Every path and intrinsic function, each on a line of its own. */
function pathsIn(template: object): string {
  return Object.entries(template)
    .flatMap(([key, value]) => {
      if (value !== null && typeof value === 'object') return [pathsIn(value)];
      return /(\.\$|Path|^Variable)$/.test(key) && typeof value === 'string' ? [value] : [];
    })
    .join('\n');
}

/** Resource by name of every Task, at any depth. */
export function taskStates(definition: object): ReadonlyMap<string, string> {
  const tasks = allStates((definition as { States: States }).States).filter(([, { Type }]) => Type === 'Task');
  return new Map(tasks.map(([name, { Resource = '' }]) => [name, Resource]));
}

function allStates(states: States): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...allStates(state.ItemProcessor?.States ?? {}),
    ...(state.Branches ?? []).flatMap((branch) => allStates(branch.States)),
  ]);
}
