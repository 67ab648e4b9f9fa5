import { Lazy } from 'aws-cdk-lib';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { WatchedBuckets } from '../../../functions/domain/rescan/watched-buckets.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { AslStateMachine, type ExecutionRecords } from './asl-state-machine.ts';
import { inAsl } from './in-asl.ts';

export interface ReportBucketsProps {
  /** By Task name. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly records: Omit<ExecutionRecords, 'logLevel'>;
}

/** The state machine that reports what is not CLEAN. */
export class ReportBuckets extends AslStateMachine {
  #watched: WatchedBuckets = [];

  constructor(scope: Construct, id: string, { tasks, records }: ReportBucketsProps) {
    super(scope, id, {
      definition: 'statemachines/report-buckets.asl.json',
      type: StateMachineType.STANDARD,
      tasks,
      substitutions: { ReportedBuckets: Lazy.string({ produce: () => inAsl(this.#watched.map(reported)) }) },
      // Every event: few, and a bucket that could not be reported ends in a state that is no error.
      records: { ...records, logLevel: 'ALL' },
    });
  }

  /** Says what it reports, in its definition. */
  reports(watched: WatchedBuckets): void {
    this.#watched = watched;
  }
}

const reported = ({ bucket, filters = { prefixes: [], suffixes: [] } }: WatchedBuckets[number]) => ({
  bucket,
  filters,
});
