import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { AslStateMachine } from './asl-state-machine.ts';

export interface ScanUploadProps {
  readonly workflow: 'STANDARD' | 'EXPRESS';
  /** By Task name. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly logRetentionDays: RetentionDays;
}

/** The state machine that processes every upload. */
export class ScanUpload extends AslStateMachine {
  constructor(scope: Construct, id: string, { workflow, tasks, logRetentionDays }: ScanUploadProps) {
    super(scope, id, {
      definition: 'statemachines/scan-upload.asl.json',
      type: StateMachineType[workflow],
      tasks,
      logRetentionDays,
    });
  }
}
