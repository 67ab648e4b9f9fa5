import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Person, Service } from './clients.ts';

// biome-ignore lint/suspicious/noExplicitAny: a class of the SDK, whose input and output the types below take out of it
type CommandClass = new (input: any) => object;

export interface Call<C extends CommandClass = CommandClass> {
  readonly command: C;
  readonly as: Person;
  /** Whether the request's body is the object's content, and the input stands in the query. */
  readonly streams: boolean;
}

const call = <C extends CommandClass>(command: C, as: Person = 'operator', streams = false): Call<C> => ({
  command,
  as,
  streams,
});

/** All that the page may ask of the services, and in whose name; nothing else is forwarded. */
export const CALLS = {
  states: {
    ListStateMachines: call(ListStateMachinesCommand),
    DescribeStateMachine: call(DescribeStateMachineCommand),
    ListExecutions: call(ListExecutionsCommand),
    DescribeExecution: call(DescribeExecutionCommand),
    GetExecutionHistory: call(GetExecutionHistoryCommand),
    ListMapRuns: call(ListMapRunsCommand),
    DescribeMapRun: call(DescribeMapRunCommand),
    StartExecution: call(StartExecutionCommand),
    StopExecution: call(StopExecutionCommand),
  },
  logs: { FilterLogEvents: call(FilterLogEventsCommand) },
  cloudwatch: { DescribeAlarms: call(DescribeAlarmsCommand) },
  sqs: { ListQueues: call(ListQueuesCommand), GetQueueAttributes: call(GetQueueAttributesCommand) },
  sns: { ListTopics: call(ListTopicsCommand) },
  s3: {
    ListBuckets: call(ListBucketsCommand),
    ListObjectVersions: call(ListObjectVersionsCommand),
    GetObjectTagging: call(GetObjectTaggingCommand),
    HeadObject: call(HeadObjectCommand, 'reader'),
    PutObject: call(PutObjectCommand, 'uploader', true),
    DeleteObject: call(DeleteObjectCommand),
  },
} as const satisfies Record<Service, Record<string, Call>>;

export type Calls = typeof CALLS;

/** undefined for what the page may not ask. */
export function findCall(
  service: string,
  action: string,
): { readonly service: Service; readonly call: Call } | undefined {
  const ofService: Readonly<Record<string, Call>> | undefined = Object.hasOwn(CALLS, service)
    ? CALLS[service as Service]
    : undefined;
  const found = ofService !== undefined && Object.hasOwn(ofService, action) ? ofService[action] : undefined;
  return found && { service: service as Service, call: found };
}

/** What a call takes. */
export type InputOf<C> = C extends Call<infer Class> ? ConstructorParameters<Class>[0] : never;
/** What it answers, as JSON. */
export type OutputOf<C> =
  C extends Call<infer Class>
    ? InstanceType<Class> extends {
        resolveMiddleware(...given: never[]): (given: never) => Promise<{ output: infer O }>;
      }
      ? AsJson<O>
      : never
    : never;

/** Times become text, and what has no JSON is left out. */
export type AsJson<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? AsJson<Item>[]
    : T extends object
      ? { [Name in keyof T as Name extends '$metadata' ? never : Name]: AsJson<T[Name]> }
      : T;
