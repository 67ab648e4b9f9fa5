import { Lazy } from 'aws-cdk-lib';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { AslStateMachine, type ExecutionRecords } from './asl-state-machine.ts';
import { inAsl } from './in-asl.ts';

export interface ReportedBucket {
  readonly bucket: string;
  /** Name of the rule of its uploads: a template has no room for the filters of 100 buckets once more. */
  readonly rule: string;
  /** Prefixes of keys that are not scanned. */
  readonly trusted: readonly string[];
}

export interface ReportBucketsProps {
  /** By Task name. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly records: Omit<ExecutionRecords, 'logLevel'>;
}

/** The state machine that reports what is not CLEAN. */
export class ReportBuckets extends AslStateMachine {
  #buckets: readonly ReportedBucket[] = [];

  constructor(scope: Construct, id: string, { tasks, records }: ReportBucketsProps) {
    super(scope, id, {
      definition: 'statemachines/report-buckets.asl.json',
      type: StateMachineType.STANDARD,
      tasks,
      substitutions: { ReportedBuckets: Lazy.string({ produce: () => inAsl(this.#buckets) }) },
      // Every event: few, and a bucket that could not be reported ends in a state that is no error.
      records: { ...records, logLevel: 'ALL' },
    });
  }

  /** Says what it reports, in its definition. */
  reports(buckets: readonly ReportedBucket[]): void {
    this.#buckets = buckets;
  }
}
