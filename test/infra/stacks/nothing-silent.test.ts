import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type LocalResource, type LocalStack, readTemplate } from '../../../emulator/cloudformation/template.ts';
import { METRIC_UNITS, METRICS_NAMESPACE } from '../../../functions/domain/metrics.ts';
import { nameIn } from '../../../local/stack/queues.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

/** Walks the whole template, so that a new queue, function or schedule without its alarm fails here. */
const CONFIGS = [
  ['the default configuration', {}],
  [
    'every option that adds something',
    {
      buckets: [
        { name: 'made-here', onInfected: 'quarantine' },
        { name: 'made-too', onInfected: 'delete' },
      ],
      workflow: 'EXPRESS',
      requests: true,
      report: { schedule: 'rate(1 day)' },
      alarmEmail: 'security@example.com',
    },
  ],
] as const;

const read = async (airlock: object): Promise<LocalStack> => readTemplate((await synthesis(airlock)).template);

/** Each value anywhere under `value` whose key is `name`. */
function* under(value: unknown, name: string): Generator<unknown> {
  if (value === null || typeof value !== 'object') return;
  for (const [key, child] of Object.entries(value)) {
    if (key === name) yield child;
    yield* under(child, name);
  }
}

function deadLetterArns(stack: LocalStack): Set<unknown> {
  const configs = [...stack.resources.values()].flatMap(({ properties }) => [
    ...under(properties, 'DeadLetterConfig'),
    ...under(properties, 'OnFailure'),
    ...under(properties, 'RedrivePolicy'),
  ]);
  return new Set(
    configs.map((config) => {
      const { Arn, TargetArn, Destination, deadLetterTargetArn } = config as Record<string, unknown>;
      return Arn ?? TargetArn ?? Destination ?? deadLetterTargetArn;
    }),
  );
}

/** ARNs of queues -> ARNs of the functions that Lambda calls with what is in them. */
function consumers(stack: LocalStack): Map<string, string> {
  const functions = new Map(
    stack.ofType('AWS::Lambda::Function').flatMap(({ ref, arn }) => [
      [ref, arn],
      [arn, arn],
    ]),
  );
  const mappings = stack.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
  return new Map(
    mappings.map(({ EventSourceArn, FunctionName }) => [EventSourceArn, functions.get(FunctionName) ?? '']),
  );
}

/** Goes off at the first message, at each hand-over, or when the oldest message has waited for an hour. */
const ALARMS = {
  atOnce: {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic: 'Maximum',
    Threshold: 1,
    EvaluationPeriods: 1,
  },
  handedOver: { MetricName: 'NumberOfMessagesReceived', Statistic: 'Sum', Threshold: 1, EvaluationPeriods: 1 },
  /** Its age would say nothing: SQS leaves out of that what was received three times. */
  left: { MetricName: 'ApproximateNumberOfMessagesNotVisible', Threshold: 1, EvaluationPeriods: 12 },
  waiting: { MetricName: 'ApproximateAgeOfOldestMessage', Statistic: 'Maximum', Threshold: 3600 },
} as const;

const targetsOf = ({ properties }: LocalResource): readonly Record<string, unknown>[] =>
  properties.Targets ?? [properties.Target];

/** ARNs of functions that are called asynchronously. */
function calledAsynchronously(stack: LocalStack): unknown[] {
  const functions = new Set(stack.ofType('AWS::Lambda::Function').map(({ arn }) => arn));
  const callers = ['AWS::Events::Rule', 'AWS::Scheduler::Schedule', 'AWS::SNS::Subscription', 'AWS::S3::Bucket'];
  return callers.flatMap((type) =>
    stack.ofType(type).flatMap(({ properties }) => [...strings(properties)].filter((text) => functions.has(text))),
  );
}

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  if (value !== null && typeof value === 'object') for (const child of Object.values(value)) yield* strings(child);
}

describe.each(CONFIGS)('with %s', (_, airlock) => {
  it('every queue has a dead-letter queue or is one, and an alarm that fits what takes its messages', async () => {
    const stack = await read(airlock);
    const deadLetters = deadLetterArns(stack);
    const consumed = consumers(stack);
    const alarms = stack.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
    const queues = stack.ofType('AWS::SQS::Queue');
    expect(queues.length).toBeGreaterThan(4);
    for (const { arn, logicalId, properties } of queues) {
      const isDeadLetters = deadLetters.has(arn);
      const { deadLetterTargetArn } = properties.RedrivePolicy ?? {};
      const place = queues.find((other) => other.arn === deadLetterTargetArn);
      // What workers only take waits; what they drop lands in a queue that nobody drops from.
      expect([logicalId, isDeadLetters || (consumed.has(arn) && place !== undefined)]).toEqual([logicalId, true]);
      if (isDeadLetters) expect([logicalId, place]).toEqual([logicalId, undefined]);
      const expected = [
        ...(isDeadLetters && !consumed.has(arn) ? [ALARMS.atOnce] : []),
        ...(isDeadLetters && consumed.has(arn) ? [ALARMS.handedOver] : []),
        ...(consumed.has(arn) ? [isDeadLetters ? ALARMS.left : ALARMS.waiting] : []),
      ];
      for (const alarm of expected) {
        expect(alarms).toContainEqual(
          expect.objectContaining({
            Namespace: 'AWS/SQS',
            Dimensions: [{ Name: 'QueueName', Value: nameIn(arn) }],
            ComparisonOperator: 'GreaterThanOrEqualToThreshold',
            ...alarm,
          }),
        );
      }
    }
  });

  it('every function that takes from a queue leaves there what it did not finish', async () => {
    const stack = await read(airlock);
    const mappings = stack.ofType('AWS::Lambda::EventSourceMapping');
    expect(mappings.length).toBeGreaterThan(2);
    for (const { logicalId, properties } of mappings) {
      expect([logicalId, properties.FunctionResponseTypes]).toEqual([logicalId, ['ReportBatchItemFailures']]);
      expect(stack.byArn(properties.EventSourceArn)?.type).toBe('AWS::SQS::Queue');
    }
  });

  it('every rule and every schedule tries for long, then leaves what it has in a dead-letter queue', async () => {
    const stack = await read(airlock);
    const queues = new Set(stack.ofType('AWS::SQS::Queue').map(({ arn }) => arn));
    const sources = [...stack.ofType('AWS::Events::Rule'), ...stack.ofType('AWS::Scheduler::Schedule')];
    expect(sources.length).toBeGreaterThan(1);
    for (const source of sources) {
      for (const { DeadLetterConfig, RetryPolicy } of targetsOf(source)) {
        expect([source.logicalId, queues.has((DeadLetterConfig as { Arn: string } | undefined)?.Arn ?? '')]).toEqual([
          source.logicalId,
          true,
        ]);
        expect(RetryPolicy).toMatchObject({ MaximumRetryAttempts: expect.any(Number) });
      }
    }
  });

  it('every function that is called asynchronously has somewhere to put what it could not do', async () => {
    const stack = await read(airlock);
    for (const arn of calledAsynchronously(stack)) {
      const called = stack.byArn(String(arn)) as LocalResource;
      const invokeConfigs = stack
        .ofType('AWS::Lambda::EventInvokeConfig')
        .filter(({ properties }) => [called.ref, called.arn].includes(properties.FunctionName));
      const places = [
        called.properties.DeadLetterConfig?.TargetArn,
        ...invokeConfigs.map(({ properties }) => properties.DestinationConfig?.OnFailure?.Destination),
      ].filter((place) => place !== undefined);
      expect([called.logicalId, places.length > 0]).toEqual([called.logicalId, true]);
    }
  });

  it('every other function takes from a queue, or is called by a state machine, which sees what becomes of it', async () => {
    const stack = await read(airlock);
    const called = new Set(calledAsynchronously(stack));
    const tasks = new Set(
      stack
        .ofType('AWS::StepFunctions::StateMachine')
        .flatMap(({ properties }) => Object.values(properties.DefinitionSubstitutions)),
    );
    const fed = new Set(consumers(stack).values());
    for (const { arn, logicalId } of stack.ofType('AWS::Lambda::Function')) {
      // CDK's own custom resource answers to CloudFormation, and fails the deployment.
      const isOfCdk = /^BucketNotificationsHandler|^Custom/.test(logicalId);
      const accountedFor = tasks.has(arn) || fed.has(arn) || called.has(arn) || isOfCdk;
      expect([logicalId, accountedFor]).toEqual([logicalId, true]);
    }
  });

  it('every alarm notifies the alarms topic, says what it means, and has a section in docs/operations/alarms.md', async () => {
    const stack = await read(airlock);
    const [topic] = stack.ofType('AWS::SNS::Topic').filter(({ logicalId }) => logicalId.startsWith('AlarmsTopic'));
    const page = readFileSync(new URL('../../../docs/operations/alarms.md', import.meta.url), 'utf8');
    const sections = [...page.matchAll(/^### (\w+)…?$/gm)].map(([, word = '']) => word);
    const alarms = stack.ofType('AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(10);
    for (const { logicalId, properties } of alarms) {
      expect(properties).toMatchObject({
        AlarmActions: [topic?.ref],
        AlarmDescription: expect.stringMatching(/\w{3}.*\.$/),
        TreatMissingData: expect.any(String),
      });
      expect(properties).not.toHaveProperty('ActionsEnabled');
      const id = logicalId.replace(/BucketAlarms(uploads|madehere|madetoo)/, 'BucketAlarms');
      const explained = sections.some((word) => id.includes(`Alarms${word}`));
      expect([logicalId, explained]).toEqual([logicalId, true]);
    }
  });

  it('every alarm on a metric of our own is on one that is measured', async () => {
    const stack = await read(airlock);
    const ours = stack
      .ofType('AWS::CloudWatch::Alarm')
      .filter(({ properties }) => properties.Namespace === METRICS_NAMESPACE);
    for (const { properties } of ours) expect(Object.keys(METRIC_UNITS)).toContain(properties.MetricName);
  });

  it('everything measures, and looks for metrics of our own, under the stack’s name', async () => {
    const { template, stackName: ofStack } = await synthesis(airlock);
    const service = { Name: 'service', Value: ofStack };
    const propertiesOf = (type: string) =>
      Object.entries(template.Resources)
        .filter(([logicalId, { Type }]) => Type === type && !logicalId.startsWith('BucketNotificationsHandler'))
        .map(([, { Properties = {} }]) => Properties as LocalResource['properties']);
    for (const { Environment } of propertiesOf('AWS::Lambda::Function')) {
      expect(Environment.Variables).toMatchObject({ POWERTOOLS_SERVICE_NAME: service.Value });
    }
    const ours = propertiesOf('AWS::CloudWatch::Alarm').filter(({ Namespace }) => Namespace === METRICS_NAMESPACE);
    expect(ours.length).toBeGreaterThan(3);
    for (const { Dimensions } of ours) expect(Dimensions).toContainEqual(service);

    const stack = await read(airlock);
    const [dashboard] = stack.ofType('AWS::CloudWatch::Dashboard');
    const [stackName] = stack
      .ofType('AWS::Lambda::Function')
      .map(({ properties }) => properties.Environment.Variables.POWERTOOLS_SERVICE_NAME);
    const { widgets } = JSON.parse(dashboard?.properties.DashboardBody);
    const shown = (widgets as { properties: { metrics?: string[][] } }[])
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => namespace === METRICS_NAMESPACE);
    expect(shown.length).toBeGreaterThan(10);
    for (const metric of shown) expect(metric.join()).toContain(`service,${stackName}`);
  });

  it('one dashboard shows every alarm, every queue and every metric of our own', async () => {
    const { template } = await synthesis(airlock);
    const dashboards = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
    expect(dashboards).toHaveLength(1);
    const body = JSON.stringify(dashboards[0]?.Properties);
    const named = Object.entries(template.Resources)
      .filter(([, { Type }]) => ['AWS::CloudWatch::Alarm', 'AWS::SQS::Queue'].includes(Type))
      .map(([logicalId, { Properties }]) => String(Properties?.AlarmName ?? logicalId));
    for (const name of [
      ...named,
      ...Object.keys(METRIC_UNITS).filter((metric) => !/^Rescan(Completed|Listed)$/.test(metric)),
    ]) {
      expect([name, body.includes(name)]).toEqual([name, true]);
    }
  });
});
