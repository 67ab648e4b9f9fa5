import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type IStateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { PipelineFunction } from './pipeline-function.ts';
import type { RescanResults } from './rescan-results.ts';
import { Story } from './story.ts';

export interface RescanBucketProps {
  /** By story word. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly results: RescanResults;
  /** Where content that was replaced during the rescan goes. */
  readonly scanUpload: IStateMachine;
  readonly logRetentionDays: RetentionDays;
}

/** The state machine that goes through whole buckets again. */
export class RescanBucket extends Story {
  constructor(scope: Construct, id: string, { tasks, results, scanUpload, logRetentionDays }: RescanBucketProps) {
    super(scope, id, {
      definition: 'statemachines/rescan-bucket.asl.json',
      type: StateMachineType.STANDARD,
      tasks,
      substitutions: {
        Partition: Aws.PARTITION,
        ResultsBucketName: results.bucketName,
        ScanUploadArn: scanUpload.stateMachineArn,
      },
      logRetentionDays,
    });
    scanUpload.grantStartExecution(this.machine);
    results.letWriteRuns(this.machine.role);
    this.letStartItself();
  }

  /**
   * A Distributed Map's children are executions of the same state machine. A policy of its own, since the role's
   * default one must be there before the state machine, which this one names.
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
   */
  private letStartItself(): void {
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
