import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Names, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { functionTokens } from '../asl-tokens.ts';
import { ROOT } from '../root.ts';
import type { PipelineFunction } from './pipeline-function.ts';

export interface ScanUploadProps {
  readonly workflow: 'STANDARD' | 'EXPRESS';
  /** By story word. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  readonly logRetentionDays: RetentionDays;
}

/** The state machine that every upload goes through. */
export class ScanUpload extends Construct {
  readonly machine: StateMachine;
  /** The story, from the root of the repository. */
  readonly definition = 'statemachines/scan-upload.asl.json';

  constructor(scope: Construct, id: string, props: ScanUploadProps) {
    super(scope, id);
    const file = join(ROOT, this.definition);
    const tokens = functionTokens(readFileSync(file, 'utf8'), Object.keys(props.tasks));
    const arns = Object.entries(tokens).map(([token, storyWord]) => [token, props.tasks[storyWord]?.functionArn ?? '']);

    this.machine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromFile(file),
      definitionSubstitutions: Object.fromEntries(arns),
      stateMachineType: StateMachineType[props.workflow],
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          // Under this prefix the delivery of logs needs no entry in the account's one, small resource policy:
          // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
          logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(this, { maxLength: 100 })}`,
          retention: props.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        // The only record there is of an EXPRESS execution, and the one that outlives the 90 days of a STANDARD one.
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    // fromFile grants nothing.
    this.machine.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: arns.map(([, arn]) => arn as string) }),
    );
  }
}
