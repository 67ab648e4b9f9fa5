import { beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalStack, readTemplate } from '../../../emulator/cloudformation/template.ts';
import { PolicyEngine, type Question } from '../../../emulator/iam/policy-engine.ts';
import { policyOfQueue } from '../../../emulator/iam/resource-policies.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

/** Queues of scans: who may use them, how many engines they have, and when they hand a scan out again. */
const CONFIGS = {
  default: {},
  express: { workflow: 'EXPRESS' },
  fewest: { workflow: 'EXPRESS', engine: { reservedConcurrency: 3, overflowConcurrency: 2, timeoutSeconds: 60 } },
  boundless: { workflow: 'EXPRESS', engine: { reservedConcurrency: null, largeConcurrency: null } },
  unlimited: { engine: { reservedConcurrency: null, largeConcurrency: null, rescanConcurrency: null } },
  own: {
    engine: {
      reservedConcurrency: 8,
      largeConcurrency: 2,
      rescanConcurrency: 10,
      timeoutSeconds: 600,
      maxWaitHours: 5,
    },
  },
};
type Name = keyof typeof CONFIGS;

let stacks: Record<Name, LocalStack>;
beforeAll(async () => {
  const read = async (config: object) => readTemplate((await synthesis(config)).template);
  const names = Object.keys(CONFIGS) as Name[];
  const all = await Promise.all(names.map(async (name) => [name, await read(CONFIGS[name])] as const));
  stacks = Object.fromEntries(all) as typeof stacks;
}, 60_000);

const found = (name: Name, type: string, start: string) => {
  const all = stacks[name].ofType(type).filter(({ logicalId }) => new RegExp(`^${start}\\w{8}$`).test(logicalId));
  const [one] = all;
  if (one === undefined || all.length > 1) throw new Error(`${all.length} of ${type} ${start}`);
  return one;
};
const functionOf = (name: Name, word: string) => found(name, 'AWS::Lambda::Function', word);
const queueOf = (name: Name, word: string) => found(name, 'AWS::SQS::Queue', `ScanQueues${word}`);
/** The one event source mapping of a function. */
function mappingOf(name: Name, word: string) {
  const { ref, arn } = functionOf(name, word);
  const all = stacks[name]
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => [ref, arn].includes(properties.FunctionName));
  const [mapping] = all;
  if (mapping === undefined || all.length > 1) throw new Error(`${all.length} mappings of ${word}`);
  return mapping.properties;
}

/** Direct calls have ScanObject to themselves. */
const smallWorkerOf = (name: Name) => ('workflow' in CONFIGS[name] ? 'ScanWaitingObject' : 'ScanObject');

const LANES: readonly (readonly [queue: string, workerOf: (name: Name) => string])[] = [
  ['ScanObjectQueue', smallWorkerOf],
  ['ScanLargeObjectQueue', () => 'ScanLargeObject'],
  ['AbandonedScans', () => 'FailAbandonedScan'],
];

describe.each(LANES)('%s', (queue, workerOf) => {
  it.each(Object.keys(CONFIGS) as Name[])('has a worker, which reports what it did not finish: %s', (name) => {
    expect(mappingOf(name, workerOf(name))).toMatchObject({
      EventSourceArn: queueOf(name, queue).arn,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it.each(Object.keys(CONFIGS) as Name[])('keeps a message for six times its own time limit: %s', (name) => {
    const { Timeout } = functionOf(name, workerOf(name)).properties;
    expect(queueOf(name, queue).properties).toMatchObject({
      VisibilityTimeout: 6 * Timeout,
      MessageRetentionPeriod: 14 * 24 * 3600,
      SqsManagedSseEnabled: true,
    });
  });
});

it.each(Object.keys(CONFIGS) as Name[])('a function takes messages or direct calls, never both: %s', (name) => {
  const { byArn, ofType } = { byArn: stacks[name].byArn, ofType: (type: string) => stacks[name].ofType(type) };
  const fed = new Set(
    ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties.FunctionName as string),
  );
  const called = ofType('AWS::StepFunctions::StateMachine').flatMap(({ properties }) =>
    Object.values(properties.DefinitionSubstitutions as Record<string, string>),
  );
  const both = called.flatMap((arn) => {
    const target = byArn(arn);
    return target !== undefined && (fed.has(target.arn) || fed.has(target.ref)) ? [target.logicalId] : [];
  });
  expect(fed.size).toBeGreaterThan(2);
  expect(both).toEqual([]);
  expect('QUEUE_ARN' in functionOf(name, 'ScanObject').properties.Environment.Variables).toBe(
    smallWorkerOf(name) === 'ScanObject',
  );
});

it.each<[Name, small: number, large: number]>([
  ['default', 300, 900],
  // Nothing of the five minutes of EXPRESS is left, nor needed.
  ['express', 300, 900],
  ['fewest', 300, 900],
  ['unlimited', 300, 900],
  ['own', 300, 600],
])('%s: a worker has %i s for small objects and %i s for large ones', (name, small, large) => {
  const seconds = [smallWorkerOf(name), 'ScanLargeObject'].map((word) => functionOf(name, word).properties.Timeout);
  expect(seconds).toEqual([small, large]);
});

it('a direct call has the time that an EXPRESS execution has for it', () => {
  const seconds = (['express', 'fewest'] as const).map((name) => functionOf(name, 'ScanObject').properties.Timeout);
  expect(seconds).toEqual([120, 60]);
});

it('small objects share an engine, a large one has its own', () => {
  expect(mappingOf('default', 'ScanObject').BatchSize).toBe(4);
  expect(mappingOf('default', 'ScanLargeObject').BatchSize).toBe(1);
});

describe.each(['ScanObjectQueue', 'ScanLargeObjectQueue'])('%s', (queue) => {
  it.each(Object.keys(CONFIGS) as Name[])('abandons what five workers died over: %s', (name) => {
    const { RedrivePolicy, VisibilityTimeout } = queueOf(name, queue).properties;
    // Without engines of their own, Lambda may refuse a message a whole day, once in each time of visibility.
    const refusals = /^(unlimited|boundless)$/.test(name) ? (24 * 3600) / VisibilityTimeout : 0;
    expect(RedrivePolicy).toEqual({
      deadLetterTargetArn: queueOf(name, 'AbandonedScans').arn,
      maxReceiveCount: 5 + refusals,
    });
    expect(RedrivePolicy.maxReceiveCount).toBeLessThanOrEqual(53);
  });
});

it('what is abandoned stays until its execution was failed', () => {
  expect(queueOf('default', 'AbandonedScans').properties).not.toHaveProperty('RedrivePolicy');
});

type Share = number | undefined;
describe.each<[Name, { reserved: [Share, Share, Share]; queues: [Share, Share]; overflow?: Share }]>([
  ['default', { reserved: [20, 5, 20], queues: [20, 5] }],
  // Beside those of direct calls, which the queue cannot take.
  ['express', { reserved: [20, 5, 20], queues: [20, 5], overflow: 20 }],
  ['fewest', { reserved: [3, 5, 20], queues: [2, 5], overflow: 2 }],
  ['boundless', { reserved: [undefined, undefined, 20], queues: [undefined, undefined], overflow: undefined }],
  ['unlimited', { reserved: [undefined, undefined, undefined], queues: [undefined, undefined] }],
  ['own', { reserved: [8, 2, 10], queues: [8, 2] }],
])('the shares of %s', (name, { reserved, queues, ...more }) => {
  it('are engines of their own for small objects, large objects and rescans', () => {
    const words = ['ScanObject', 'ScanLargeObject', 'ScanBatch'];
    expect(words.map((word) => functionOf(name, word).properties.ReservedConcurrentExecutions)).toEqual(reserved);
  });

  it('are one more under EXPRESS, for what overflowed', () => {
    const all = stacks[name].ofType('AWS::Lambda::Function');
    const found = all.filter(({ logicalId }) => logicalId.startsWith('ScanWaitingObject'));
    expect(found.map(({ properties }) => properties.ReservedConcurrentExecutions)).toEqual(Object.values(more));
  });

  it('are not asked for more than they have by their queues', () => {
    const words = [smallWorkerOf(name), 'ScanLargeObject'];
    expect(words.map((word) => mappingOf(name, word).ScalingConfig?.MaximumConcurrency)).toEqual(queues);
  });
});

it('uploads wait as long as the configuration says', () => {
  const waits = (name: Name) =>
    stacks[name]
      .ofType('AWS::Events::Rule')
      .map(({ properties }) => /"maxWaitSeconds":(\d+)/.exec(JSON.stringify(properties).replaceAll('\\"', '"'))?.[1]);
  expect([waits('default'), waits('own')]).toEqual([['345600'], ['18000']]);
});

/** A principal that IAM lets do anything. */
function mighty(arn: string) {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  return { arn, policies: [{ name: 'all', document: { Version: '2012-10-17', Statement } }] };
}

describe.each<[Name, machine: string]>([
  ['default', 'ScanUploadStateMachine'],
  ['express', 'ScanOverflowStateMachine'],
])('under %s', (name, machine) => {
  const roleArn = (start: string) => found(name, 'AWS::IAM::Role', `${start}Role`).arn;
  const may = async (principal: Question['principal'], action: string, queue: string, secure = 'true') => {
    const { arn } = queueOf(name, queue);
    const resourcePolicy = policyOfQueue(stacks[name], arn);
    const context = { 'aws:SecureTransport': secure };
    return (await new PolicyEngine().decide({ principal, action, resource: arn, context, resourcePolicy })).allowed;
  };

  it.each<[queue: string, sender: string | undefined, reader: string]>([
    ['ScanObjectQueue', machine, smallWorkerOf(name)],
    ['ScanLargeObjectQueue', machine, 'ScanLargeObject'],
    // SQS itself puts messages there.
    ['AbandonedScans', undefined, 'FailAbandonedScan'],
  ])(
    'only the state machine writes to %s and only its worker reads it, whatever IAM grants',
    async (queue, sender, reader) => {
      const roles = stacks[name].ofType('AWS::IAM::Role').map(({ arn }) => arn);
      const others = ['role/Administrator', 'user/admin', 'root', `role/${reader}Role`];
      for (const arn of [...roles, ...others.map((other) => `arn:aws:iam::000000000000:${other}`)]) {
        const allowed = await Promise.all(
          ['SendMessage', 'ReceiveMessage'].map((action) => may(mighty(arn), `sqs:${action}`, queue)),
        );
        const isSender = sender !== undefined && arn === roleArn(sender);
        expect([arn, ...allowed]).toEqual([arn, isSender, arn === roleArn(reader)]);
      }
      for (const principal of ['events.amazonaws.com', 's3.amazonaws.com', undefined]) {
        expect(await may(principal, 'sqs:SendMessage', queue)).toBe(false);
        expect(await may(principal, 'sqs:ReceiveMessage', queue)).toBe(false);
      }
      expect(await may(mighty(roleArn(reader)), 'sqs:ReceiveMessage', queue, 'false')).toBe(false);
    },
  );
});

it('a deployment replaces no queue: what waits in it would be lost', () => {
  const queues = stacks.express.ofType('AWS::SQS::Queue').map(({ logicalId }) => logicalId);
  // Whoever changes one of these must first let it run empty.
  expect(queues).toEqual(
    expect.arrayContaining([
      'ScanQueuesScanObjectQueue7CBF9A24',
      'ScanQueuesScanLargeObjectQueueF1C79ABA',
      'ScanQueuesAbandonedScansB980CD8D',
      'StartOverflowQueueA1C76725',
    ]),
  );
});
