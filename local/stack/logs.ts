import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { LogsApiProps } from '../../emulator/cloudwatch-logs/api.ts';
import { lineOf } from '../../emulator/step-functions/execution-log.ts';
import type { Executions } from '../../emulator/step-functions/executions.ts';
import type { LocalStateMachine } from '../../emulator/step-functions/state-machine.ts';

/** What the template says of logging: CloudFormation's names. */
interface Logging {
  readonly Level: string;
  readonly IncludeExecutionData: boolean;
  readonly Destinations: readonly { readonly CloudWatchLogsLogGroup: { readonly LogGroupArn: string } }[];
}

/** The log groups of the template's state machines: every event of the executions that are remembered. */
export function logsOf(stack: LocalStack, executions: Executions): LogsApiProps['eventsOf'] {
  const machines = new Map(
    stack.ofType('AWS::StepFunctions::StateMachine').map(({ arn, properties }) => {
      const group = (properties.LoggingConfiguration as Logging).Destinations[0]?.CloudWatchLogsLogGroup.LogGroupArn;
      return [group?.split(':log-group:')[1]?.replace(/:\*$/, ''), arn];
    }),
  );
  return function eventsOf(logGroupName) {
    const arn = machines.get(logGroupName);
    return arn === undefined ? undefined : linesOf(executions, arn);
  };
}

function* linesOf(executions: Executions, stateMachineArn: string) {
  for (const { execution } of executions.of(stateMachineArn)) {
    for (const event of execution.events()) {
      yield { stream: execution.arn, timestamp: event.timestamp, message: lineOf(execution.arn, event) };
    }
  }
}

/** What DescribeStateMachine answers about a state machine of the template. */
export function describedStateMachine(
  stack: LocalStack,
  machines: ReadonlyMap<string, LocalStateMachine>,
  arn: string,
): object {
  const { RoleArn, LoggingConfiguration } = stack.byArn(arn)?.properties ?? {};
  const { Level, IncludeExecutionData, Destinations } = LoggingConfiguration as Logging;
  return {
    roleArn: RoleArn,
    definition: JSON.stringify(machines.get(arn)?.definition),
    creationDate: CREATED / 1000,
    loggingConfiguration: {
      level: Level,
      includeExecutionData: IncludeExecutionData,
      destinations: Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn } }) => ({
        cloudWatchLogsLogGroup: { logGroupArn: LogGroupArn },
      })),
    },
  };
}

const CREATED = Date.now();
