import type { Architecture } from '../../../functions/domain/cost/prices.ts';
import type { Resource, Synthesis } from '../../../infra/synthesize.ts';
import { cleanPath, type Machine, type State } from './clean-path.ts';

/** A queue with the function that works it off. */
export interface Lane {
  readonly state: string;
  readonly memoryMb: number;
  readonly architecture: Architecture;
  readonly timeoutSeconds: number;
  /** Objects in one invocation. */
  readonly batchSize: number;
  /** Engines at once. */
  readonly maxConcurrency: number;
  readonly visibilitySeconds: number;
  readonly maxReceives: number;
  readonly retentionSeconds: number;
}

export interface FunctionSize {
  readonly memoryMb: number;
  readonly architecture: Architecture;
}

/** What the deployed stack says about a burst. */
export interface Parameters {
  readonly cleanPath: readonly string[];
  /** Billed for a clean upload: the states and the start. */
  readonly transitions: number;
  /** Billed before the object is in its queue: the start and the states up to the one that waits. */
  readonly transitionsBefore: number;
  readonly small: Lane;
  readonly large: Lane;
  /** The other functions of the clean path, by state. */
  readonly functions: Readonly<Record<string, FunctionSize>>;
  readonly maxWaitSeconds: number;
  readonly delivery: { readonly maxAttempts: number; readonly maxAgeSeconds: number };
  /** Whether the execution log has every event with its data. */
  readonly logsEveryEvent: boolean;
}

const SCAN_UPLOAD = 'statemachines/scan-upload.asl.json';
const WAITS = /:::sqs:sendMessage\.waitForTaskToken$/;
/** SQS's own. */
const DEFAULT_RETENTION_SECONDS = 345_600;

type Properties = NonNullable<Resource['Properties']>;

/**
 * Reads them from a synthesized stack and the definition of scan-upload.
 * @throws Error that names what the stack does not have
 */
export function parametersOf(
  { template, definitions }: Pick<Synthesis, 'template' | 'definitions'>,
  asl: Machine,
): Parameters {
  const all = Object.entries(template.Resources);
  const propertiesOf = (id: string, type: string): Properties => {
    const resource = template.Resources[id];
    if (resource?.Type !== type) throw new Error(`the stack has no ${type} ${id}`);
    return resource.Properties ?? {};
  };
  const only = (type: string, what: string, is: (properties: Properties) => boolean): Properties => {
    const found = all.find(([, { Type, Properties = {} }]) => Type === type && is(Properties));
    if (found === undefined) throw new Error(`the stack has no ${type} ${what}`);
    return found[1].Properties ?? {};
  };

  const machineId = Object.entries(definitions).find(([, file]) => file === SCAN_UPLOAD)?.[0] ?? SCAN_UPLOAD;
  const machine = propertiesOf(machineId, 'AWS::StepFunctions::StateMachine');
  /** The logical id behind a `${token}` of the definition. */
  const behind = (token: unknown): string => {
    const name = String(token).replace(/^\$\{(\w+)\}$/, '$1');
    return idIn(machine.DefinitionSubstitutions?.[name]) ?? `behind ${token} of ${SCAN_UPLOAD}`;
  };
  const targetOf = ({ Targets = [] }: Properties) => Targets.find(({ Arn }: Properties) => idIn(Arn) === machineId);
  const target = targetOf(
    only('AWS::Events::Rule', `that starts ${machineId}`, (rule) => targetOf(rule) !== undefined),
  );
  const { policy } = JSON.parse(String(target.InputTransformer?.InputTemplate).replace('<detail>', 'null'));
  if (typeof policy?.maxWaitSeconds !== 'number') throw new Error('the policy of an execution has no maxWaitSeconds');

  const pathOf = (size: number) => cleanPath(asl, sample(size, policy));
  const laneOf = (path: readonly string[]): Lane => {
    const state = waitingState(path, asl);
    const queueId = behind((asl.States[state] as State).Parameters?.QueueUrl);
    const queue = propertiesOf(queueId, 'AWS::SQS::Queue');
    const mapping = only(
      'AWS::Lambda::EventSourceMapping',
      `of ${queueId}`,
      (is) => idIn(is.EventSourceArn) === queueId,
    );
    const worker = propertiesOf(String(idIn(mapping.FunctionName)), 'AWS::Lambda::Function');
    return {
      state,
      ...sizeOf(worker),
      timeoutSeconds: needed(worker.Timeout, `Timeout of the function of ${queueId}`),
      batchSize: needed(mapping.BatchSize, `BatchSize of the mapping of ${queueId}`),
      maxConcurrency: needed(
        mapping.ScalingConfig?.MaximumConcurrency,
        `MaximumConcurrency of the mapping of ${queueId}`,
      ),
      visibilitySeconds: needed(queue.VisibilityTimeout, `VisibilityTimeout of ${queueId}`),
      maxReceives: needed(queue.RedrivePolicy?.maxReceiveCount, `maxReceiveCount of ${queueId}`),
      retentionSeconds: queue.MessageRetentionPeriod ?? DEFAULT_RETENTION_SECONDS,
    };
  };
  const path = pathOf(SMALL_BYTES);
  const small = laneOf(path);
  const invoked = path.filter((state) => asl.States[state]?.Type === 'Task' && state !== small.state);
  const { Level, IncludeExecutionData } = machine.LoggingConfiguration ?? {};
  return {
    cleanPath: path,
    transitions: path.length + 1,
    transitionsBefore: path.indexOf(small.state) + 2,
    small,
    large: laneOf(pathOf(LARGE_BYTES)),
    functions: Object.fromEntries(
      invoked.map((state) => [
        state,
        sizeOf(propertiesOf(behind(asl.States[state]?.Resource), 'AWS::Lambda::Function')),
      ]),
    ),
    maxWaitSeconds: policy.maxWaitSeconds,
    delivery: {
      maxAttempts: needed(target.RetryPolicy?.MaximumRetryAttempts, 'MaximumRetryAttempts of the upload rule'),
      maxAgeSeconds: needed(
        target.RetryPolicy?.MaximumEventAgeInSeconds,
        'MaximumEventAgeInSeconds of the upload rule',
      ),
    },
    logsEveryEvent: Level === 'ALL' && IncludeExecutionData === true,
  };
}

const SMALL_BYTES = 100_000;
const LARGE_BYTES = 1_073_741_824;

const sample = (size: number, policy: object) => ({
  detail: { bucket: { name: 'uploads' }, object: { key: 'in/a', etag: 'e', 'version-id': 'v', size } },
  policy,
  fileType: { type: 'text/plain', rejection: null },
  verdict: { status: 'CLEAN', finding: null },
});

function waitingState(path: readonly string[], { States }: Machine): string {
  const found = path.find((state) => WAITS.test(States[state]?.Resource ?? ''));
  if (found === undefined) throw new Error(`no state of ${path.join(', ')} waits for a queue with a task token`);
  return found;
}

function needed(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new Error(`the stack has no ${what}`);
  return value;
}

const sizeOf = ({ MemorySize, Architectures }: Properties): FunctionSize => ({
  memoryMb: needed(MemorySize, 'MemorySize of a function'),
  architecture: Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
});

/** The logical id in `{ Ref }` or `{ Fn::GetAtt }`. */
const idIn = (value: unknown): string | undefined => {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return Ref ?? attribute?.[0];
};
