import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { systemClock } from '../../emulator/clock.ts';
import { startCloudFormationApi } from '../../emulator/cloudformation/api.ts';
import type { DriftDetection } from '../../emulator/cloudformation/drift.ts';
import { type LocalStack, REGION, readTemplate } from '../../emulator/cloudformation/template.ts';
import type { Alarms } from '../../emulator/cloudwatch/alarms.ts';
import { startCloudWatchApi } from '../../emulator/cloudwatch/api.ts';
import { startLogsApi } from '../../emulator/cloudwatch-logs/api.ts';
import type { EventBus } from '../../emulator/event-bridge/event-bus.ts';
import type { Listening } from '../../emulator/http/loopback.ts';
import { type Authorizer, createAuthorizer } from '../../emulator/iam/authorizer.ts';
import {
  assertMayStartChildren,
  createServicePermissions,
  type ServicePermissions,
} from '../../emulator/iam/service-permissions.ts';
import { startLambdaApi } from '../../emulator/lambda/api.ts';
import { asynchronously } from '../../emulator/lambda/asynchronously.ts';
import { DEFAULT_CONCURRENCY, readConcurrency } from '../../emulator/lambda/concurrency.ts';
import type { S3Server } from '../../emulator/s3/server.ts';
import { loadSchedules, type Schedules } from '../../emulator/scheduler/schedules.ts';
import { startSecurityHubApi } from '../../emulator/security-hub/api.ts';
import { SecurityHub } from '../../emulator/security-hub/hub.ts';
import { defaultQuotas, type Quotas, startServiceQuotasApi } from '../../emulator/service-quotas/api.ts';
import type { Topics } from '../../emulator/sns/topics.ts';
import { Consent } from '../../emulator/sqs/consent.ts';
import type { Queues } from '../../emulator/sqs/queues.ts';
import { startStepFunctionsApi } from '../../emulator/step-functions/api.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { sendMessageTask } from '../../emulator/step-functions/sqs-task.ts';
import { TaskTokens } from '../../emulator/step-functions/task-tokens.ts';
import { startStsApi } from '../../emulator/sts/api.ts';
import type { Environment } from '../../functions/adapters/process/environment.ts';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { anyOf, bucketSizes } from './bucket-metrics.ts';
import { watchedBuckets } from './buckets.ts';
import { createClients } from './clients.ts';
import { startBus } from './event-bus.ts';
import { RunningExecutions } from './executions.ts';
import { followFunctions } from './function-logs.ts';
import { invoke as invokeByArn, loadFunctions } from './functions.ts';
import { invoker } from './invoker.ts';
import { describedStateMachine, logsOf } from './logs.ts';
import { countMessages, followMetrics, followPeriods } from './metrics.ts';
import type { PipelineOptions } from './options.ts';
import { PEOPLE, writersIn } from './people.ts';
import { portOf } from './ports.ts';
import { deadLetters, queueAges, startQueues } from './queues.ts';
import { startS3 } from './s3.ts';
import { loadStateMachines, typesOfStateMachines } from './state-machines.ts';
import { ROOT, type Synthesis, synthesis } from './synthesis.ts';
import { createTopics, startAlarms, startTopics } from './topics.ts';
import { startWorkers, type Workers } from './workers.ts';

export { INVESTIGATOR, OPERATOR, READER, UPLOADER } from './people.ts';

/** The deployed stack on one machine: same template, same ASL, same handlers, a real clamd. */
export interface Pipeline {
  readonly stack: LocalStack;
  readonly s3: S3Server;
  /** The template's, and those that somebody creates. */
  readonly queues: Queues;
  /** The template's. */
  readonly topics: Topics;
  /** File with the certificate of whom clients are to trust at the https endpoint of SNS. */
  readonly certificateAuthority: string;
  /** Host and port in the links and certificates of SNS's messages. */
  readonly snsHost: string;
  /** Of the Tasks that wait for an answer. */
  readonly tokens: TaskTokens;
  /** What the queues feed, by logical id. */
  readonly workers: Workers['mappings'];
  /** Endpoints of the other services. */
  readonly endpoints: Readonly<
    Record<
      | 'cloudFormation'
      | 'cloudWatch'
      | 'stepFunctions'
      | 'eventBridge'
      | 'lambda'
      | 'cloudWatchLogs'
      | 'serviceQuotas'
      | 'securityHub'
      | 'sns'
      | 'sqs'
      | 'sts',
      string
    >
  >;
  /** What the account may do at once; whoever changes it is AWS. */
  readonly account: { concurrency: number; readonly quotas: Quotas };
  /** Whose findings the pipeline imports, if it is to. */
  readonly securityHub: SecurityHub;
  /** What drift detection finds, which looks at nothing itself. */
  readonly drift: DriftDetection;
  readonly alarms: Alarms;
  /** Authorizes every request to S3, SNS, EventBridge, Step Functions and Lambda with the template's policies. */
  readonly iam: Authorizer;
  /** Name of the first watched bucket. */
  readonly bucket: string;
  /** The S3 client of a principal: one each, because each keeps its connections open. */
  client(principalArn: string): S3Client;
  /** The rescan schedules; they run only when `fire` is called. */
  readonly schedules: Schedules<Execution>;
  /** Version of the definitions that the engine scans with. */
  definitionsVersion(): Promise<string>;
  /** Starts an execution, like the console. */
  start(stateMachineArn: string, input: unknown): Execution;
  /** Settles when every execution that an event started has ended. */
  idle(): Promise<void>;
  /** Aborts running executions. */
  close(): Promise<void>;
}

/** @throws Error when the configuration is not valid, a port is taken, or clamd does not start */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const synthesized = await synthesis(options.airlock ?? {});
  const closers: (() => unknown)[] = [];
  const onClose = (end: () => unknown) => void closers.push(end);
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    return { ...(await startServices(synthesized, options, onClose)), close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

/** Each service starts after those it needs; `onClose` stops them in reverse order. */
async function startServices(
  { stackName, template, handlers, definitions }: Synthesis,
  options: PipelineOptions,
  onClose: (end: () => unknown) => void,
): Promise<Omit<Pipeline, 'close'>> {
  const folder = createPrivateFolder('pipeline');
  onClose(() => removePrivateFolder(folder));

  const { clock = systemClock, onDeliverMessage } = options;
  const asked = Promise.withResolvers<ServicePermissions>();
  const port = (service: Parameters<typeof portOf>[0]) => portOf(service, options.port);
  const queueProps = { permissions: asked.promise, clock, port: port('sqs'), onDeliverMessage };
  const { queues, sqs } = await startQueues(queueProps, onClose);
  const stack = readTemplate(template, { stackName, sqsEndpoint: sqs.endpoint });
  queues.createAll(stack);
  const iam = createAuthorizer({ stack, people: [...PEOPLE, ...writersIn(stack)] });
  const permissions = await createServicePermissions(stack, iam, (arn) => queues.byArn(arn)?.policy);
  asked.resolve(permissions);
  const consent = new Consent(iam.decide);
  const topicProps = { iam, permissions, clock, queues, consent, folder, onUndelivered: options.onUndelivered };
  const ports = { port: port('sns'), securePort: port('snsSecure') };
  const { topics, sns, certificateAuthority } = await startTopics({ ...topicProps, ...ports }, onClose);
  await createTopics(stack, topics);
  const alarms = startAlarms(stack, topics, clock);
  const undelivered = deadLetters(queues, alarms);

  const executions = new RunningExecutions({ stack, alarms, definitions, onExecution: options.onExecution });
  const deliver = (arn: string, input: unknown): Execution => {
    options.onDeliver?.(arn, input);
    return executions.start(arn, input);
  };
  const { onEvent, onUndelivered } = options;
  const toQueues = { queues, consent, onUndelivered };
  const busProps = { stack, permissions, deliver, undelivered, port: port('eventBridge'), onEvent, ...toQueues };
  const bus = await startBus(busProps, onClose);
  const s3 = await startS3({ stack, iam, bus, folder, port: options.port, onRequest: options.onRequest }, onClose);
  const isOurs = ({ AWS_ENDPOINT_URL_S3 }: Environment) => AWS_ENDPOINT_URL_S3 === s3.endpoint;
  onClose(followMetrics(alarms, isOurs));
  const functionLogs = followFunctions(stack, isOurs);
  onClose(functionLogs.end);
  const tokens = new TaskTokens();
  const created = Date.now();
  const stepFunctions = await startStepFunctionsApi({
    executions: executions.recorded,
    mapRuns: executions.mapRuns,
    types: typesOfStateMachines(stack),
    tokens,
    port: port('stepFunctions'),
    describe: (arn) => describedStateMachine(stack, executions.machines, arn, created),
    start: (arn, input, name) => executions.start(arn, input, name),
    authorize: permissions.any,
  });
  onClose(() => stepFunctions.close());
  const cloudFormation = await startCloudFormationApi({
    stack,
    port: port('cloudFormation'),
    authorize: permissions.any,
  });
  onClose(() => cloudFormation.close());
  const hub = new SecurityHub();
  const securityHub = await startSecurityHubApi({ hub, authorize: permissions.any, port: port('securityHub') });
  onClose(() => securityHub.close());
  const endpoints = { s3, sns, sqs, bus, stepFunctions, cloudFormation, securityHub };
  const functions = await loadFunctions(stack, handlers, overlayOf(endpoints, options, folder));
  let workers: Workers | undefined;
  onClose(async () => {
    await functions.close();
    await workers?.settled();
  });
  await functions.engine.start();
  const clients = createClients(s3.endpoint);
  onClose(() => clients.close());

  const { onInvoke } = options;
  const sendMessage = sendMessageTask(queues, permissions);
  const invoke = invoker({
    ...{ stack, handlers, functions, permissions, executions, sendMessage, onInvoke },
    logs: functionLogs,
  });
  const machines = await loadStateMachines(stack, definitions, {
    invoke,
    tokens,
    clock,
    mapRuns: executions.mapRuns,
    onChild: (arn, child, of) => executions.recorded.add(arn, child, of),
    s3: clients.of,
    temporary: folder,
    authorizeChildren: (roleArn, machineArn) => assertMayStartChildren(permissions, roleArn, machineArn),
    ...(options.onBatch && { onBatch: options.onBatch }),
    ...(options.retryWaitMs !== undefined && { retryWaitMs: options.retryWaitMs }),
  });
  executions.serve(machines);
  const workerProps = {
    stack,
    queues,
    tokens,
    permissions,
    clock,
    handlers,
    functions,
    alarms,
    onInvoke,
    logs: functionLogs,
  };
  const started = await startWorkers(workerProps);
  workers = started;
  onClose(() => started.stop());
  const ages = queueAges(queues, clock);
  onClose(followPeriods(alarms, queues, ages, clock));
  const metrics = anyOf(ages, bucketSizes(s3.buckets));
  const cloudWatch = await startCloudWatchApi({
    gauge: metrics,
    alarms,
    authorize: permissions.any,
    port: port('cloudWatch'),
  });
  onClose(() => cloudWatch.close());
  const logs = await startLogsApi({
    streamsOf: logsOf(stack, executions.recorded, functionLogs),
    port: port('cloudWatchLogs'),
    authorize: permissions.any,
  });
  onClose(() => logs.close());
  const account = { concurrency: DEFAULT_CONCURRENCY, quotas: defaultQuotas() };
  const invokeLater = asynchronously({
    ...{ stack, queues, permissions, clock },
    invoke: (arn, payload) => functionLogs.during(arn, () => invokeByArn(functions, arn, payload)),
    onFailed: ({ name, counts }) => countMessages(alarms, name, counts.visible),
  });
  onClose(invokeLater.close);
  const lambda = await startLambdaApi({
    arnOf: (name) => [...functions.byArn.values()].find((each) => each.arn === name || each.name === name)?.arn,
    invoke: (arn, payload) => functionLogs.during(arn, () => invokeByArn(functions, arn, payload)),
    invokeLater: invokeLater.invoke,
    read: (path) => readConcurrency(stack, path, account.concurrency),
    authorize: permissions.any,
    port: port('lambda'),
  });
  onClose(() => lambda.close());
  const { quotas } = account;
  const serviceQuotas = await startServiceQuotasApi({
    quotas,
    authorize: permissions.any,
    port: port('serviceQuotas'),
  });
  onClose(() => serviceQuotas.close());
  const sts = await startStsApi(iam.principal, port('sts'));
  onClose(() => sts.close());
  // First in the shutdown.
  onClose(() => executions.close());

  const [bucket = ''] = watchedBuckets(stack);
  return {
    stack,
    s3,
    queues,
    topics,
    certificateAuthority,
    snsHost: new URL(sns.secureEndpoint).host,
    tokens,
    workers: started.mappings,
    endpoints: {
      cloudFormation: cloudFormation.endpoint,
      cloudWatch: cloudWatch.endpoint,
      cloudWatchLogs: logs.endpoint,
      stepFunctions: stepFunctions.endpoint,
      eventBridge: bus.endpoint,
      lambda: lambda.endpoint,
      securityHub: securityHub.endpoint,
      serviceQuotas: serviceQuotas.endpoint,
      sns: sns.endpoint,
      sqs: sqs.endpoint,
      sts: sts.endpoint,
    },
    account,
    securityHub: hub,
    drift: cloudFormation.drift,
    alarms,
    iam,
    bucket,
    client: clients.of,
    schedules: loadSchedules({ stack, iam, start: deliver, deadLetter: undelivered }),
    definitionsVersion: () => functions.engine.definitionsVersion(),
    start: (arn, input) => executions.start(arn, input),
    idle: () => executions.idle(),
  };
}

interface Endpoints {
  readonly s3: S3Server;
  readonly sns: Listening;
  readonly sqs: Listening;
  readonly cloudFormation: Listening;
  readonly securityHub: Listening;
  readonly bus: EventBus;
  readonly stepFunctions: Listening;
}

function overlayOf(
  { s3, sns, sqs, bus, stepFunctions, cloudFormation, securityHub }: Endpoints,
  options: PipelineOptions,
  folder: string,
): Environment {
  return {
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SNS: sns.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    AWS_ENDPOINT_URL_SFN: stepFunctions.endpoint,
    AWS_ENDPOINT_URL_SECURITYHUB: securityHub.endpoint,
    DEFINITIONS_DIRECTORY: options.definitions,
    ...(options.followsPublished && { DEFINITIONS_PUBLISHED: 'followed', DEFINITIONS_LOOK_AGAIN_MILLISECONDS: '0' }),
    ...(options.testSignatures && { TEST_SIGNATURES: 'allowed' }),
    CLAMD_CONFIGURATION: join(ROOT, 'infra/scanner/clamd.conf'),
    SCRATCH_DIRECTORY: join(folder, 'scratch'),
    ...options.environment,
  };
}
