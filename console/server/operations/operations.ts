import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { decision } from '../../../cli/operations/caller.ts';
import { type DeployedStack, describeStack } from '../../../cli/operations/deployed-stack.ts';
import { deployedStarts } from '../../../cli/operations/deployed-start.ts';
import {
  describedCopies,
  findCopy,
  isCopyId,
  type ListedCopy,
  listCopies,
  type QuarantinedCopy,
} from '../../../cli/operations/quarantine/copies.ts';
import { deleteCopy } from '../../../cli/operations/quarantine/delete-copy.ts';
import { restoreCopy } from '../../../cli/operations/quarantine/restore.ts';
import { readWaiting } from '../../../cli/operations/read-waiting.ts';
import { scanQueues } from '../../../cli/operations/scan-queues.ts';
import { versionOf } from '../../../functions/domain/object-reference.ts';
import { type Clients, clientsOf, type Pipeline } from '../clients.ts';
import { Notifications } from './notifications.ts';
import type { Deployed, OperationName, Operations, Quarantined, QueueState } from './table.ts';

export interface OperationsServer {
  /** undefined for one that there is not. @throws what the SDK throws; Error that says what to do */
  run(name: string, input: object): Promise<object> | undefined;
  close(): Promise<void>;
}

type Implementations = {
  readonly [Name in OperationName]: (input: Operations[Name]['input']) => Promise<Operations[Name]['output']>;
};

/** The page shows so many copies. */
const COPIES = 500;
const RESTORE_MILLISECONDS = 10 * 60_000;

/** Outputs of the stack that are queues nobody empties by himself. */
const DEAD_LETTERS = ['UndeliveredUploadsUrl', 'UndeliveredRescansUrl', 'FailedUpdatesUrl', 'AbandonedScansUrl'];

export function createOperations(pipeline: Pipeline): OperationsServer {
  const { endpoints, region, people, stack } = pipeline;
  const as = (service: string) => ({ endpoint: endpoints[service] ?? '', region, credentials: people.operator });
  const clients = clientsOf(pipeline, 'operator');
  const investigator = clientsOf(pipeline, 'investigator');
  const cloudFormation = new CloudFormationClient(as('CLOUDFORMATION'));
  const eventBridge = new EventBridgeClient(as('EVENTBRIDGE'));
  const sts = new STSClient({ ...as('STS'), credentials: people.investigator ?? people.operator });
  const closed = new AbortController();

  // Each time, because another pipeline may have come to its address.
  const deployed = () => describeStack(cloudFormation, stack);
  const topics = async () => topicsOf(await deployed()).map(({ arn }) => arn);
  const notifications = new Notifications({ ...clients, eventBridge }, topics);
  const quarantine = async () => (await deployed()).output('QuarantineBucketName');
  const copyOf = async (id: string) => {
    // A key could be anything else in that bucket.
    if (!isCopyId(id)) throw new Error(`${JSON.stringify(id)} is not the ID of a copy`);
    return findCopy(investigator.s3, await quarantine(), id);
  };

  const operations: Implementations = {
    Deployed: async () => describedFor(await deployed()),
    Queues: async () => queueStates(clients, await deployed()),
    async ScanObject({ bucket, key, versionId }) {
      const startFor = deployedStarts({ deployed: await deployed(), s3: clients.s3, eventBridge });
      const start = await startFor({ kind: 'upload', bucket, key, ...versionOf(versionId) });
      if (start === undefined) throw new Error('that version has no content any more');
      const { stateMachineArn, input } = start;
      // Without a name, so that the same content can be scanned again.
      const command = new StartExecutionCommand({ stateMachineArn, input });
      const { executionArn = '' } = await clients.states.send(command);
      return { executionArn };
    },
    async ListQuarantine() {
      const bucket = await quarantine();
      try {
        return { ...(await firstOf(describedCopies(investigator.s3, bucket))), mayRead: true };
      } catch (fault) {
        if ((fault as SdkFault).$metadata?.httpStatusCode !== 403) throw fault;
        return { ...(await firstOf(flattened(listCopies(clients.s3, bucket)))), mayRead: false };
      }
    },
    async RestoreCopy({ id, reason }) {
      const { restored, result, finding, target } = await restoreCopy({
        ...{ s3: investigator.s3, cloudFormation, deployed: await deployed(), stack, copy: await copyOf(id) },
        made: await decision(sts, reason),
        ...{ ignoreSignature: false, scanAgain: false, overwrite: false, milliseconds: RESTORE_MILLISECONDS },
        ...{ signal: closed.signal, tell: () => undefined },
      });
      return { restored, result, finding, ...target };
    },
    async DeleteCopy({ id, reason }) {
      const [bucket, copy] = [await quarantine(), await copyOf(id)];
      await deleteCopy(investigator.s3, { bucket, copy, made: await decision(sts, reason) });
      return {};
    },
    Notifications: async ({ after, listener }) => notifications.after(after, listener),
  };

  return {
    run: (name, input) =>
      Object.hasOwn(operations, name) ? operations[name as OperationName](input as never) : undefined,
    async close() {
      closed.abort();
      await notifications.close();
      for (const client of [
        ...Object.values(clients),
        ...Object.values(investigator),
        cloudFormation,
        eventBridge,
        sts,
      ])
        client.destroy();
    },
  };
}

interface SdkFault extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

async function firstOf(found: AsyncIterable<QuarantinedCopy | Quarantined>) {
  const copies: Quarantined[] = [];
  for await (const copy of found) {
    if (copies.length === COPIES) return { copies, more: true };
    const { id, original, size, finding, definitions, status, quarantined, lockedUntil } = copy;
    copies.push({ id, original, size, finding, definitions, status, quarantined, lockedUntil });
  }
  return { copies, more: false };
}

/** What the listing alone says of them: their keys have bucket, key and version of the original. */
async function* flattened(pages: AsyncIterable<readonly ListedCopy[]>): AsyncGenerator<Quarantined> {
  for await (const page of pages) {
    for (const { id, key, size, quarantined } of page) {
      const [bucket = '', ...rest] = key.split('/');
      const version = rest.pop() ?? null;
      const unknown = { finding: '', definitions: '', status: 'INFECTED', lockedUntil: null };
      yield { id, original: { bucket, key: rest.join('/'), version }, size, quarantined, ...unknown };
    }
  }
}

function describedFor(stack: DeployedStack): Deployed {
  return {
    buckets: stack.bucketNames().map((name) => {
      const { gate, versioned } = stack.bucketOf(name);
      return { name, versioned, dialect: gate.dialect, ...(gate.tagKey !== undefined && { tagKey: gate.tagKey }) };
    }),
    rescanArn: stack.output('RescanBucketArn'),
    scanArn: stack.output('ScanUploadArn'),
    quarantine: stack.optionalOutput('QuarantineBucketName'),
    topics: topicsOf(stack),
  };
}

function topicsOf(stack: DeployedStack): Deployed['topics'] {
  const [verdicts, alarms] = ['NotificationsTopicArn', 'AlarmsTopicArn'].map((name) => stack.optionalOutput(name));
  return [
    ...(verdicts === undefined ? [] : [{ arn: verdicts, about: 'verdicts' as const }]),
    ...(alarms === undefined ? [] : [{ arn: alarms, about: 'alarms' as const }]),
  ];
}

/** First those that scans wait in, then those of what failed, then all others. */
async function queueStates({ sqs, cloudwatch }: Clients, stack: DeployedStack): Promise<QueueState[]> {
  const nameIn = (url: string) => url.split('/').at(-1) ?? '';
  const waiting = new Map(Object.entries(scanQueues(stack)).map(([name, url]) => [nameIn(url), name]));
  const dead = new Set(DEAD_LETTERS.map((output) => nameIn(stack.optionalOutput(output) ?? '')));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const kindOf = (name: string) => {
    if (dead.has(name)) return 'dead letters';
    return waiting.has(name) ? 'waiting' : 'other';
  };
  const states = await Promise.all(
    QueueUrls.map(async (QueueUrl): Promise<QueueState> => {
      const name = nameIn(QueueUrl);
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
      const [{ Attributes = {} }, [age]] = await Promise.all([
        sqs.send(asked),
        readWaiting({ sqs, cloudWatch: cloudwatch }, { [name]: QueueUrl }, new Date()),
      ]);
      return {
        name: waiting.get(name) ?? name,
        kind: kindOf(name),
        visible: Number(Attributes.ApproximateNumberOfMessages),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
        delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
        oldestSeconds: age?.longestWaitSeconds ?? null,
      };
    }),
  );
  const order = ['waiting', 'dead letters', 'other'];
  return states.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.name < b.name ? -1 : 1));
}
