import { basename } from 'node:path';
import { forEachChannel, statusesVariable } from '../../functions/domain/channels.ts';
import { FUNCTIONS, type FunctionName, type Workflow } from '../../functions/domain/cost/measurement.ts';
import type { CostSettings, FunctionSize, IdleStack } from '../../functions/domain/cost/settings.ts';
import type { Resource, Synthesis } from '../synthesize.ts';

type Stack = Pick<Synthesis, 'template' | 'handlers' | 'definitions'>;

/** Of definitions: age, age of the signatures, failed updates, refused definitions. */
const UPDATE_METRICS = 4;
const SCAN_UPLOAD = /scan-upload(-express)?\.asl\.json$/;

const propertiesOf = ({ template }: Stack, type: string): NonNullable<Resource['Properties']>[] =>
  Object.values(template.Resources).flatMap(({ Type, Properties = {} }) => (Type === type ? [Properties] : []));

/** What a synthesized stack says about the cost of an upload that is clean. */
export function settingsOf(stack: Stack): Omit<CostSettings, 'functions'> & {
  readonly functions: Readonly<Partial<Record<FunctionName, FunctionSize>>>;
} {
  const machines = Object.entries(stack.definitions)
    .filter(([, file]) => SCAN_UPLOAD.test(file))
    .map(([id]) => stack.template.Resources[id]?.Properties ?? {});
  const levels = machines.map(
    ({ StateMachineType = 'STANDARD', LoggingConfiguration }) =>
      [StateMachineType as Workflow, LoggingConfiguration?.Level ?? 'OFF'] as const,
  );
  const workflow = levels.some(([type]) => type === 'EXPRESS') ? 'EXPRESS' : 'STANDARD';
  const sizes = Object.entries(stack.handlers).map(([id, file]) => {
    const { MemorySize = 128, Architectures } = stack.template.Resources[id]?.Properties ?? {};
    const architecture = Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64';
    return [basename(file, '.ts') as FunctionName, { memoryMb: MemorySize, architecture }] as const;
  });
  return {
    workflow,
    versioned: true,
    // Without an EXPRESS machine, that of one with the same settings.
    logLevel: { EXPRESS: 'ALL', ...Object.fromEntries(levels) } as CostSettings['logLevel'],
    tracing: machines.some(({ TracingConfiguration }) => TracingConfiguration?.Enabled === true),
    tags: environmentOf(stack, 'tag-object').DIALECT_TAGS === 'status' ? 'status' : 'full',
    functions: Object.fromEntries(sizes.filter(([name]) => FUNCTIONS.includes(name))),
    channels: forEachChannel((name) =>
      String(environmentOf(stack, 'notify')[statusesVariable(name)]).split(',').includes('CLEAN'),
    ),
  };
}

function environmentOf(stack: Stack, name: FunctionName): Record<string, unknown> {
  const [id = ''] = Object.entries(stack.handlers).find(([, file]) => basename(file, '.ts') === name) ?? [];
  return stack.template.Resources[id]?.Properties?.Environment?.Variables ?? {};
}

export function idleStackOf(stack: Stack): IdleStack {
  const count = (type: string) => propertiesOf(stack, type).length;
  const schedules = propertiesOf(stack, 'AWS::Scheduler::Schedule');
  const aDay = (wanted: (text: string) => boolean) =>
    schedules
      .filter((schedule) => wanted(JSON.stringify(schedule.Target ?? {})))
      .reduce((sum, { ScheduleExpression }) => sum + runsADay(String(ScheduleExpression)), 0);
  const isUpdate = (target: string) => target.includes('UpdateDefinitions');
  return {
    alarmMetrics: propertiesOf(stack, 'AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    keys: count('AWS::KMS::Key'),
    polledQueues: count('AWS::Lambda::EventSourceMapping'),
    updatesADay: aDay(isUpdate),
    rescansADay: aDay((target) => !isUpdate(target)),
    updateMetrics: UPDATE_METRICS,
  };
}

const metricsOf = ({ Metrics }: NonNullable<Resource['Properties']>): number =>
  Metrics === undefined
    ? 1
    : Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat !== undefined).length;

const HOURS = { minute: 1 / 60, hour: 1, day: 24 } as const;

/** Of `rate(4 hours)`; any other expression is taken to be daily. */
function runsADay(expression: string): number {
  const [, count = '1', unit = 'day'] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return 24 / (Number(count) * HOURS[unit as keyof typeof HOURS]);
}
