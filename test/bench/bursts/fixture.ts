// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are tokens of the definition
import type { Synthesis } from '../../../infra/synthesize.ts';
import type { Machine } from './clean-path.ts';
import type { Lane, Parameters } from './parameters.ts';

/** A stack with nothing but what a burst meets; for tests. */
export const asl: Machine = {
  StartAt: 'Check File Type',
  States: {
    'Check File Type': { Type: 'Task', Resource: '${CheckFileTypeFunctionArn}', Next: 'Scan Needed' },
    'Scan Needed': {
      Type: 'Choice',
      Choices: [
        { Not: { Variable: '$.detail.object.etag', IsPresent: true }, Next: 'Invalid Input' },
        { Variable: '$.detail.object.size', NumericEquals: 0, Next: 'Tag Object' },
        { Variable: '$.detail.object.size', NumericGreaterThan: 33_554_432, Next: 'Scan Large Object' },
        { Variable: '$.fileType.rejection', IsNull: true, Next: 'Scan Object' },
      ],
    },
    'Scan Object': waiting('${ScanObjectQueueUrl}'),
    'Scan Large Object': waiting('${ScanLargeObjectQueueUrl}'),
    'Tag Object': { Type: 'Task', Resource: '${TagObjectFunctionArn}', End: true },
    'Invalid Input': { Type: 'Fail' },
  },
};

function waiting(QueueUrl: string) {
  const Resource = 'arn:${Partition}:states:::sqs:sendMessage.waitForTaskToken';
  return { Type: 'Task', Resource, Parameters: { QueueUrl }, Next: 'Tag Object' };
}

const queue = (VisibilityTimeout: number) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { VisibilityTimeout, MessageRetentionPeriod: 1_209_600, RedrivePolicy: { maxReceiveCount: 5 } },
});
const engine = (Timeout: number) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { MemorySize: 3008, Timeout, Architectures: ['x86_64'] },
});
const small = (MemorySize: number) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { MemorySize, Timeout: 60, Architectures: ['arm64'] },
});
const mapping = (queueId: string, functionId: string, BatchSize: number, MaximumConcurrency: number) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    BatchSize,
    EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
    FunctionName: { Ref: functionId },
    ScalingConfig: { MaximumConcurrency },
  },
});

export const stack: Pick<Synthesis, 'template' | 'definitions'> = {
  definitions: { Machine: 'statemachines/scan-upload.asl.json' },
  template: {
    Resources: {
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: true },
          DefinitionSubstitutions: {
            CheckFileTypeFunctionArn: { 'Fn::GetAtt': ['CheckFileType', 'Arn'] },
            TagObjectFunctionArn: { 'Fn::GetAtt': ['TagObject', 'Arn'] },
            ScanObjectQueueUrl: { Ref: 'ScanQueue' },
            ScanLargeObjectQueueUrl: { Ref: 'ScanLargeQueue' },
          },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Targets: [
            {
              Arn: { Ref: 'Machine' },
              InputTransformer: { InputTemplate: '{"detail":<detail>,"policy":{"maxWaitSeconds":345600}}' },
              RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
            },
          ],
        },
      },
      CheckFileType: small(512),
      TagObject: small(256),
      ScanObject: engine(300),
      ScanLargeObject: engine(900),
      ScanQueue: queue(1800),
      ScanLargeQueue: queue(5400),
      ScanMapping: mapping('ScanQueue', 'ScanObject', 4, 20),
      ScanLargeMapping: mapping('ScanLargeQueue', 'ScanLargeObject', 1, 5),
    },
  },
};

const lane: Lane = {
  state: 'Scan Object',
  memoryMb: 3008,
  architecture: 'x86_64',
  timeoutSeconds: 300,
  batchSize: 4,
  maxConcurrency: 20,
  visibilitySeconds: 1800,
  maxReceives: 5,
  retentionSeconds: 1_209_600,
};

/** The deployed ones of November 2026. */
export const parameters: Parameters = {
  cleanPath: ['Check File Type', 'Scan Needed', 'Scan Object', 'Tag Object', 'Notify'],
  transitions: 6,
  transitionsBefore: 4,
  small: lane,
  large: {
    ...lane,
    state: 'Scan Large Object',
    timeoutSeconds: 900,
    batchSize: 1,
    maxConcurrency: 5,
    visibilitySeconds: 5400,
  },
  functions: {
    'Check File Type': { memoryMb: 512, architecture: 'arm64' },
    'Tag Object': { memoryMb: 256, architecture: 'arm64' },
    Notify: { memoryMb: 256, architecture: 'arm64' },
  },
  maxWaitSeconds: 345_600,
  delivery: { maxAttempts: 185, maxAgeSeconds: 86_400 },
  logsEveryEvent: false,
};

/** The deployed ones with other engines. */
export const withEngines = (engines: number, changes: Partial<Lane> = {}): Parameters => ({
  ...parameters,
  small: { ...lane, ...changes, maxConcurrency: engines },
});
