import { charactersOf, type Resolved } from './resolved.ts';
import type { LimitName, Measurement } from './template-limits.ts';

type Sizes = Partial<Record<LimitName, number>>;

const bytes = (value: unknown) => Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value ?? {}));
const most = (values: readonly number[]) => Math.max(0, ...values);

const MEASURES: Readonly<Record<string, (properties: Resolved['properties'], definition?: string) => Sizes>> = {
  'AWS::SQS::QueuePolicy': ({ PolicyDocument }) => ({
    'policy of a queue': bytes(PolicyDocument),
    'statements of a queue policy': PolicyDocument.Statement.length,
  }),
  'AWS::SNS::TopicPolicy': ({ PolicyDocument }) => ({ 'policy of a topic': bytes(PolicyDocument) }),
  'AWS::S3::BucketPolicy': ({ PolicyDocument }) => ({ 'policy of a bucket': bytes(PolicyDocument) }),
  'AWS::KMS::Key': ({ KeyPolicy }) => ({ 'policy of a key': bytes(KeyPolicy) }),
  'AWS::IAM::ManagedPolicy': ({ PolicyDocument }) => ({ 'managed policy': charactersOf(PolicyDocument) }),
  'AWS::Lambda::Function': ({ Environment }) => ({ 'environment of a function': bytes(Environment?.Variables) }),
  'AWS::Events::Rule': ({ EventPattern, Targets = [] }) => ({
    'pattern of a rule': JSON.stringify(EventPattern ?? {}).length,
    'input template of a rule': most(
      Targets.map(({ InputTransformer }: Resolved['properties']) => InputTransformer?.InputTemplate?.length ?? 0),
    ),
  }),
  'AWS::Scheduler::Schedule': ({ Target }) => ({ 'input of a schedule': bytes(Target?.Input ?? '') }),
  'AWS::StepFunctions::StateMachine': ({ DefinitionSubstitutions = {} }, definition = '') => {
    const text = definition.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => DefinitionSubstitutions[name] ?? '');
    return {
      'definition of a state machine': bytes(text),
      'input of a state': most(parameters(JSON.parse(text || '{}'))),
    };
  },
  'AWS::CloudWatch::Dashboard': ({ DashboardBody }) => {
    const { widgets = [] } = JSON.parse(DashboardBody) as { widgets?: Resolved['properties'][] };
    const metrics = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
    return {
      'widgets of a dashboard': widgets.length,
      'metrics of a widget': most(metrics),
      'metrics of a dashboard': metrics.reduce((sum, each) => sum + each, 0),
      'alarms of a widget': most(widgets.map(({ properties }) => properties.alarms?.length ?? 0)),
    };
  },
  'AWS::S3::Bucket': ({ CorsConfiguration }) => ({
    'CORS rules of a bucket': CorsConfiguration?.CorsRules?.length ?? 0,
  }),
};

export function ofResource({ id, type, properties, definition }: Resolved): Measurement[] {
  const sizes = MEASURES[type]?.(properties, definition) ?? {};
  return Object.entries(sizes).map(([limit, value]) => ({ limit: limit as LimitName, resource: id, value }));
}

/** Sizes of what the states are given by the definition itself. */
function parameters(value: unknown): number[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => (key === 'Parameters' ? [bytes(item)] : parameters(item)));
}
