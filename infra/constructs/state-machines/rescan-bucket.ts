import { ArnFormat, Aws, Lazy, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IStateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { WatchedBuckets } from '../../../functions/domain/rescan/watched-buckets.ts';
import type { RescanResults } from '../buckets/rescan-results.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { AslStateMachine, type ExecutionRecords } from './asl-state-machine.ts';
import { inAsl } from './in-asl.ts';

export interface RescanBucketProps {
  /** By Task name. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly results: RescanResults;
  /** Scans content that was replaced during the rescan. */
  readonly scanUpload: IStateMachine;
  readonly records: Omit<ExecutionRecords, 'logLevel'>;
}

/** The state machine that rescans whole buckets. */
export class RescanBucket extends AslStateMachine {
  #watched: WatchedBuckets = [];

  constructor(scope: Construct, id: string, { tasks, results, scanUpload, records }: RescanBucketProps) {
    super(scope, id, {
      definition: 'statemachines/rescan-bucket.asl.json',
      type: StateMachineType.STANDARD,
      tasks,
      substitutions: {
        Partition: Aws.PARTITION,
        ResultsBucketName: results.bucketName,
        ScanUploadArn: scanUpload.stateMachineArn,
        WatchedBuckets: Lazy.string({ produce: () => inAsl(this.#watched) }),
      },
      // Every event: few, and what could not be applied ends in a state that is no error.
      records: { ...records, logLevel: 'ALL' },
    });
    scanUpload.grantStartExecution(this.machine);
    results.grantWriteRuns(this.machine.role);
    this.grantStartItself();
  }

  /** Says what it may rescan, and how. In its definition, which may have 1 MB: an environment has 4 KB. */
  watches(watched: WatchedBuckets): void {
    this.#watched = watched;
  }

  /**
   * A Distributed Map's children are executions of the same state machine. A separate policy, because the role's
   * default one must exist before the state machine, whose ARN this one contains.
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
   */
  private grantStartItself(): void {
    const { stateMachineArn, stateMachineName } = this.machine;
    const children = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${stateMachineName}/*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    new Policy(this, 'StartItself', {
      roles: [this.machine.role],
      statements: [
        new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }),
        new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [children] }),
      ],
    });
  }
}
