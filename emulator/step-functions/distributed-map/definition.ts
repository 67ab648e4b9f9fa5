/** The supported fields of a Map state in distributed mode. */
export interface DistributedMap {
  readonly Label?: string;
  readonly ItemReader: { readonly Resource: string; readonly Parameters: object };
  readonly ItemBatcher: {
    readonly MaxItemsPerBatch?: number;
    readonly MaxInputBytesPerBatch?: number;
    readonly BatchInput?: object;
  };
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailurePercentage?: number;
  readonly ToleratedFailurePercentagePath?: string;
  readonly ToleratedFailureCount?: number;
  readonly ToleratedFailureCountPath?: string;
  readonly ItemProcessor: object;
  readonly ResultWriter: {
    readonly Parameters: object;
    readonly WriterConfig?: { readonly Transformation: 'NONE' | 'COMPACT'; readonly OutputType: 'JSON' | 'JSONL' };
  };
}

type States = Readonly<Record<string, object>>;

/** Fields that a Task has too, so that the state machine handles retries, catchers and paths. */
const SHARED_FIELDS = [
  'Comment',
  'InputPath',
  'ResultSelector',
  'ResultPath',
  'OutputPath',
  'Retry',
  'Catch',
  'Next',
  'End',
];

const FIELDS = new Set([
  ...SHARED_FIELDS,
  'Type',
  'Label',
  'ItemReader',
  'ItemBatcher',
  'MaxConcurrency',
  'MaxConcurrencyPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ItemProcessor',
  'ResultWriter',
]);

export function isDistributed(state: object): state is DistributedMap {
  const { ItemProcessor } = state as { ItemProcessor?: { ProcessorConfig?: { Mode?: string } } };
  return ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/** @throws Error naming the state and the field without a local counterpart */
export function assertMapSupported(name: string, state: DistributedMap): void {
  const refuse = (what: string): never => {
    throw new Error(`state ${JSON.stringify(name)}: ${what} has no local counterpart`);
  };
  for (const field of Object.keys(state)) if (!FIELDS.has(field)) refuse(`${field} of a distributed Map`);
  const { ItemReader, ItemBatcher, ItemProcessor, ResultWriter } = state;
  const { ExecutionType } = (ItemProcessor as { ProcessorConfig: { ExecutionType?: string } }).ProcessorConfig;
  if (ExecutionType !== 'STANDARD') refuse(`ExecutionType ${ExecutionType}`);
  if (!/^arn:[^:]+:states:::s3:listObjectsV2$/.test(ItemReader?.Resource ?? ''))
    refuse('any ItemReader but listObjectsV2');
  if ('ReaderConfig' in ItemReader) refuse('ReaderConfig');
  if (ItemBatcher === undefined) refuse('a distributed Map without ItemBatcher');
  for (const field of Object.keys(ItemBatcher)) {
    if (!['MaxItemsPerBatch', 'MaxInputBytesPerBatch', 'BatchInput'].includes(field)) refuse(`ItemBatcher.${field}`);
  }
  if (ResultWriter?.Parameters === undefined) refuse('a distributed Map without ResultWriter to S3');
  if ((ResultWriter.WriterConfig?.Transformation as string | undefined) === 'FLATTEN') refuse('Transformation FLATTEN');
}

const MAP_RUN_RESOURCE = 'map-run';
/** The default timeout of a Task is 60 s, a Map has none; timers are limited to 2^31 ms. */
const NO_TIME_LIMIT_SECONDS = 2_000_000;

/**
 * Replaces every distributed Map by a Task, for an engine that supports only inline Maps, and returns those Maps by
 * name. Only top-level states: other distributed Maps do not occur here.
 */
export function withoutDistributedMaps(definition: object): {
  definition: object;
  maps: ReadonlyMap<string, DistributedMap>;
} {
  const { States, ...rest } = definition as { States: States };
  const maps = new Map<string, DistributedMap>();
  const states = Object.entries(States).map(([name, state]) => {
    if (!isDistributed(state)) return [name, state];
    maps.set(name, state);
    const shared = Object.entries(state).filter(([field]) => SHARED_FIELDS.includes(field));
    const task = { Type: 'Task', Resource: MAP_RUN_RESOURCE, TimeoutSeconds: NO_TIME_LIMIT_SECONDS };
    return [name, { ...Object.fromEntries(shared), ...task }];
  });
  return { definition: { ...rest, States: Object.fromEntries(states) }, maps };
}
