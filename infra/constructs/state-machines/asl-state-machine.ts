import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Names, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, type StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ROOT } from '../../repository-root.ts';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { functionTokens } from './asl-tokens.ts';

export interface AslStateMachineProps {
  /** ASL file, from the root of the repository. */
  readonly definition: string;
  readonly type: StateMachineType;
  /** By Task name; the ASL must use each. */
  readonly tasks: Readonly<Record<string, PipelineFunction>>;
  /** For tokens that do not name a function. */
  readonly substitutions?: Readonly<Record<string, string>>;
  readonly records: ExecutionRecords;
}

/** What is kept of executions beside their history. */
export interface ExecutionRecords {
  readonly logRetentionDays: RetentionDays;
  readonly logLevel: 'ALL' | 'ERROR';
  /** Whether they send traces to X-Ray. */
  readonly tracing: boolean;
}

/** A state machine from an ASL file. */
export class AslStateMachine extends Construct {
  readonly machine: StateMachine;
  /** Its ASL file, from the root of the repository. */
  readonly definition: string;

  constructor(
    scope: Construct,
    id: string,
    { definition, type, tasks, substitutions = {}, records }: AslStateMachineProps,
  ) {
    super(scope, id);
    this.definition = definition;
    const file = join(ROOT, definition);
    const others = Object.keys(substitutions);
    const tokens = functionTokens(readFileSync(file, 'utf8'), Object.keys(tasks), others);
    const arns = Object.entries(tokens).map(([token, taskName]) => [token, tasks[taskName]?.functionArn ?? '']);

    this.machine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromFile(file),
      definitionSubstitutions: { ...Object.fromEntries(arns), ...substitutions },
      stateMachineType: type,
      tracingEnabled: records.tracing,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          // With this prefix, log delivery needs no entry in the account's single, small resource policy:
          // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
          logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(this, { maxLength: 100 })}`,
          retention: records.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel[records.logLevel],
        // The object's key: of an EXPRESS execution, and of a STANDARD one after 90 days, nothing else has it.
        includeExecutionData: true,
      },
    });
    // fromFile grants nothing.
    this.machine.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: arns.map(([, arn]) => arn as string) }),
    );
  }
}
