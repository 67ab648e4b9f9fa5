import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { RescanResults } from '../buckets/rescan-results.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { AslStateMachine, type ExecutionRecords } from './asl-state-machine.ts';

export interface BucketMapProps {
  /** ASL file, from the root of the repository. */
  readonly definition: string;
  /** By Task name. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly results: RescanResults;
  /** Of its results, in that bucket. */
  readonly folder: 'runs' | 'hunts';
  /** For tokens of its own. */
  readonly substitutions?: Readonly<Record<string, string>>;
  readonly records: Omit<ExecutionRecords, 'logLevel'>;
}

/** A state machine that goes over whole buckets, by a Distributed Map. */
export class BucketMap extends AslStateMachine {
  constructor(scope: Construct, id: string, { definition, tasks, results, folder, records, ...props }: BucketMapProps) {
    super(scope, id, {
      definition,
      type: StateMachineType.STANDARD,
      tasks,
      substitutions: {
        Partition: Aws.PARTITION,
        ResultsBucketName: results.bucketName,
        ...props.substitutions,
      },
      // Every event: few, and what could not be applied ends in a state that is no error.
      records: { ...records, logLevel: 'ALL' },
    });
    results.grantWriteRuns(this.machine.role, folder);
    this.grantStartItself();
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
