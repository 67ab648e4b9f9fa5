import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { PipelineFunction } from './pipeline-function.ts';
import { Story } from './story.ts';

export interface ScanUploadProps {
  readonly workflow: 'STANDARD' | 'EXPRESS';
  /** By story word. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly logRetentionDays: RetentionDays;
}

/** The state machine that every upload goes through. */
export class ScanUpload extends Story {
  constructor(scope: Construct, id: string, { workflow, tasks, logRetentionDays }: ScanUploadProps) {
    super(scope, id, {
      definition: 'statemachines/scan-upload.asl.json',
      type: StateMachineType[workflow],
      tasks,
      logRetentionDays,
    });
  }
}
