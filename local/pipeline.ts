import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { Environment } from '../functions/adapters/environment.ts';
import { createPrivateFolder, removePrivateFolder } from '../functions/adapters/private-folder.ts';
import { createClients } from './clients.ts';
import { startCloudFormationApi } from './cloudformation/api.ts';
import { type LocalStack, REGION, readTemplate } from './cloudformation/template.ts';
import { type Alarms, watchAlarms } from './cloudwatch/alarms.ts';
import { countExecution, countMessages, followMetrics } from './cloudwatch/metrics.ts';
import { type BusEvent, type EventBus, startEventBus } from './event-bridge/event-bus.ts';
import { type Authorizer, createAuthorizer } from './iam/authorizer.ts';
import { PEOPLE } from './iam/people.ts';
import { assertMayInvoke, assertMayStartChildren, createServicePermissions } from './iam/service-permissions.ts';
import { startSnsGateway } from './iam/sns-gateway.ts';
import { startSqsGateway } from './iam/sqs-gateway.ts';
import { invoke, loadFunctions } from './lambda/functions.ts';
import type { Listening } from './loopback.ts';
import {
  createBuckets,
  createQueuesAndTopics,
  nameIn,
  stringAttributes,
  typesOfStateMachines,
  watchedBuckets,
} from './provision.ts';
import { type S3Server, type S3ServerOptions, startS3Server } from './s3/server.ts';
import { loadSchedules, type Schedules } from './scheduler/schedules.ts';
import { startStepFunctionsApi } from './step-functions/api.ts';
import { Executions } from './step-functions/executions.ts';
import type { Execution, ExecutionResult } from './step-functions/state-machine.ts';
import { loadStateMachines } from './step-functions/state-machines.ts';
import { synthesis } from './synthesis.ts';

export interface PipelineOptions {
  /** Configuration in the schema of docs/configuration.md. */
  readonly airlock?: object;
  /** Folder of signatures. */
  readonly definitions: string;
  /** Port of the S3 server; 0, the default, takes any free one. */
  readonly port?: number;
  /** Milliseconds before each retry, in place of the state machine's own waits. */
  readonly retryWaitMs?: number;
  readonly onExecution?: (execution: Execution, origin: ExecutionOrigin) => void;
  readonly onEvent?: (event: BusEvent) => void;
  /** Laid over every function's own, as if somebody had changed it in the console: `SCRATCH_DIRECTORY`, `CLAMD_PATH`, … */
  readonly environment?: Environment;
  /** Called before a rule or a schedule starts an execution; what it throws leaves that undelivered. */
  readonly onDeliver?: (stateMachineArn: string, input: unknown) => void;
  /** Called before each invocation of a function, and awaited; what it throws fails the invocation. */
  readonly onInvoke?: (invocation: Invocation) => void | Promise<void>;
  /** Told of each batch of a rescan that has ended. */
  readonly onBatch?: (batch: { readonly items: number }) => void;
  /** Called before each S3 request is served, and awaited. */
  readonly onRequest?: S3ServerOptions['onRequest'];
}

export interface ExecutionOrigin {
  /** Story word of the state machine: `scan-upload`. */
  readonly story: string;
  /** ARN of the execution that started this one; undefined when a rule, a schedule or a person did. */
  readonly startedBy: string | undefined;
}

export interface Invocation {
  /** Story word of the handler: `scan-object`. */
  readonly task: string;
  readonly payload: unknown;
}

export { OPERATOR, READER, UPLOADER } from './iam/people.ts';

/** The deployed stack on one machine: same template, same ASL, same handlers, a real clamd. */
export interface Pipeline {
  readonly stack: LocalStack;
  readonly s3: S3Server;
  readonly queues: FauxqsServer;
  /** Where SDKs find the services beside S3. */
  readonly endpoints: Readonly<Record<'cloudFormation' | 'stepFunctions' | 'eventBridge' | 'sns' | 'sqs', string>>;
  readonly alarms: Alarms;
  /** Decides every request on S3, SNS, EventBridge, Step Functions and Lambda by the template's own policies. */
  readonly iam: Authorizer;
  /** Name of the first watched bucket. */
  readonly bucket: string;
  /** The S3 client in a principal's name: one for each, since each keeps its connections open. */
  client(principalArn: string): S3Client;
  /** The rescans' schedules; nothing fires them but their `fire`. */
  readonly schedules: Schedules<Execution>;
  /** Starts an execution by hand, as the console would. */
  start(stateMachineArn: string, input: unknown): Execution;
  /** Settles when every execution that an event started has ended. */
  idle(): Promise<void>;
  /** Aborts what is still running. */
  close(): Promise<void>;
}

/** @throws Error when the configuration is not valid, a port is taken, or clamd does not start */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { stackName, template, handlers, definitions } = await synthesis(options.airlock ?? {});
  const folder = createPrivateFolder('pipeline');
  const closers: (() => unknown)[] = [() => removePrivateFolder(folder)];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await startServices();
  } catch (fault) {
    await close();
    throw fault;
  }

  async function startServices(): Promise<Pipeline> {
    const queues = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
    closers.push(() => queues.stop());
    // It is where the template's queues are found, so it is there before the permissions that it asks.
    const sqs = await startSqsGateway(queues.address, (...call) => permissions.queue(...call));
    closers.push(() => sqs.close());
    const stack = readTemplate(template, { stackName, sqsEndpoint: sqs.endpoint });
    const iam = createAuthorizer({ stack, people: PEOPLE });
    const permissions = await createServicePermissions(stack, iam);
    createQueuesAndTopics(stack, queues);
    const sns = await startSnsGateway(queues.address, permissions.publish);
    closers.push(() => sns.close());
    const alarms = watchAlarms(stack, (topicArn, subject, message) =>
      queues.publish(nameIn(topicArn), message, { subject }),
    );

    const running = new Map<Promise<ExecutionResult>, Execution>();
    const executions = new Executions();
    let closing = false;
    function start(arn: string, input: unknown, name?: string, startedBy?: string): Execution {
      const machine = machines.get(arn);
      if (machine === undefined) throw new Error(`the stack holds no state machine ${arn}`);
      // Nobody would abort it, and its time limit would keep the process alive for hours.
      if (closing) throw new Error('the pipeline is closing');
      const execution = machine.start(input, name);
      executions.add(arn, execution);
      running.set(execution.result, execution);
      execution.result.then(({ status }) => {
        running.delete(execution.result);
        countExecution(alarms, arn, status);
      });
      const story = basename(definitions[stack.byArn(arn)?.logicalId ?? ''] ?? '', '.asl.json');
      options.onExecution?.(execution, { story, startedBy });
      return execution;
    }

    function deliver(arn: string, input: unknown): Execution {
      options.onDeliver?.(arn, input);
      return start(arn, input);
    }

    function undelivered(queueArn: string, body: string, attributes: object): void {
      const name = nameIn(queueArn);
      queues.sendMessage(name, body, { messageAttributes: stringAttributes(attributes) });
      countMessages(alarms, name, queues.inspectQueue(name)?.messages.ready.length ?? 0);
    }

    const bus = await startEventBus({
      rules: stack.ofType('AWS::Events::Rule'),
      authorize: permissions.any,
      deliver(target, input) {
        const { allowed, reason } = permissions.startExecution(target);
        if (!allowed) throw new Error(`EventBridge may not start ${target.Arn}: ${reason}`);
        deliver(target.Arn, input);
      },
      deadLetter: (queueArn, event, attributes) => undelivered(queueArn, JSON.stringify(event), attributes),
      ...(options.onEvent && { onEvent: options.onEvent }),
    });
    closers.push(() => bus.close());

    const stepFunctions = await startStepFunctionsApi({
      executions,
      types: typesOfStateMachines(stack),
      start: (arn, input, name) => start(arn, input, name),
      authorize: permissions.any,
    });
    closers.push(() => stepFunctions.close());
    const cloudFormation = await startCloudFormationApi({ stack, authorize: permissions.any });
    closers.push(() => cloudFormation.close());

    const bodies = join(folder, 's3');
    await mkdir(bodies);
    const s3 = await startS3Server({
      root: bodies,
      port: options.port ?? 0,
      authorize: iam.s3,
      onEvent: (event) => bus.put(event),
      ...(options.onRequest && { onRequest: options.onRequest }),
    });
    closers.push(() => s3.close());
    createBuckets(stack, s3);
    closers.push(followMetrics(alarms, ({ AWS_ENDPOINT_URL_S3 }) => AWS_ENDPOINT_URL_S3 === s3.endpoint));
    const overlay = overlayOf(s3, sns, bus, options, folder);
    const functions = await loadFunctions(stack, handlers, overlay);
    closers.push(() => functions.close());
    await functions.engine.start();
    const clients = createClients(s3.endpoint);
    closers.push(() => clients.close());
    const machines = await loadStateMachines(stack, definitions, {
      async invoke(arn, payload, { arn: caller, roleArn }) {
        if (arn.endsWith(':states:startExecution')) {
          const { StateMachineArn, Input } = payload as { StateMachineArn: string; Input: unknown };
          await assertMayStartChildren(permissions, roleArn, StateMachineArn);
          const started = start(StateMachineArn, Input, undefined, caller);
          return { ExecutionArn: started.arn, StartDate: started.startTime };
        }
        await assertMayInvoke(permissions, roleArn, arn);
        await options.onInvoke?.({ task: taskOf(handlers[stack.byArn(arn)?.logicalId ?? '']), payload });
        return invoke(functions, arn, payload);
      },
      s3: clients.of,
      authorizeChildren: (roleArn, machineArn) => assertMayStartChildren(permissions, roleArn, machineArn),
      ...(options.onBatch && { onBatch: options.onBatch }),
      ...(options.retryWaitMs !== undefined && { retryWaitMs: options.retryWaitMs }),
    });

    const [bucket = ''] = watchedBuckets(stack);
    return {
      stack,
      s3,
      queues,
      endpoints: {
        cloudFormation: cloudFormation.endpoint,
        stepFunctions: stepFunctions.endpoint,
        eventBridge: bus.endpoint,
        sns: sns.endpoint,
        sqs: sqs.endpoint,
      },
      alarms,
      iam,
      bucket,
      client: clients.of,
      schedules: loadSchedules({ stack, iam, start: deliver, deadLetter: undelivered }),
      start,
      async idle() {
        while (running.size > 0) await Promise.allSettled(running.keys());
      },
      close: async () => {
        closing = true;
        for (const execution of running.values()) execution.abort();
        await Promise.allSettled(running.keys());
        await close();
      },
    };
  }
}

function overlayOf(s3: S3Server, sns: Listening, bus: EventBus, options: PipelineOptions, folder: string): Environment {
  return {
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SNS: sns.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    DEFINITIONS_DIRECTORY: options.definitions,
    SCRATCH_DIRECTORY: join(folder, 'scratch'),
    ...options.environment,
  };
}

function taskOf(handler = ''): string {
  return basename(handler, '.ts');
}
